/** Removes the shortest or longest start of `value` that matches the shell pattern (`*`, `?`, backslash escapes). */
export function trimPrefix(value: string, pattern: string, longest: boolean): string {
  const match = new RegExp(`^${patternSource(pattern, longest)}`, 's').exec(value);
  return match ? value.slice(match[0].length) : value;
}

/** Removes the shortest or longest end of `value` that matches. */
export function trimSuffix(value: string, pattern: string, longest: boolean): string {
  const whole = new RegExp(`^${patternSource(pattern, true)}$`, 's');
  for (let step = 0; step <= value.length; step++) {
    const start = longest ? step : value.length - step;
    if (whole.test(value.slice(start))) return value.slice(0, start);
  }
  return value;
}

/** Replaces the first or every match of the shell pattern. */
export function replacePattern(value: string, pattern: string, replacement: string, all: boolean): string {
  return value.replace(new RegExp(patternSource(pattern, true), all ? 'gs' : 's'), () => replacement);
}

function patternSource(pattern: string, greedy: boolean): string {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === '*') source += greedy ? '.*' : '.*?';
    else if (char === '?') source += '.';
    else if (char === '\\' && at + 1 < pattern.length) source += quote(pattern[++at] ?? '');
    else source += quote(char);
  }
  return source;
}

function quote(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}
