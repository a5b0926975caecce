/** ["a=b", "c"] → {a: 'b', c: ''}; a later value replaces an earlier one. */
export function keyValues(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => splitPair(line)));
}

/** "a=b=c" → ["a", "b=c"]; without "=" the value is ''. */
export function splitPair(line: string): [string, string] {
  const equals = line.indexOf('=');
  return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
}

/** --filter values as the engine takes them: ["a=b", "a=c"] → {a: ['b', 'c']}. */
export function filterValues(lines: readonly string[]): Record<string, string[]> {
  const filters: Record<string, string[]> = {};
  for (const line of lines) {
    if (line === '') continue;
    const [name, value] = splitPair(line);
    (filters[name.trim().toLowerCase()] ??= []).push(value.trim());
  }
  return filters;
}
