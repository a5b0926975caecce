/** Splits one line of comma-separated values; a value in double quotes may hold commas, and "" inside it is one quote. */
export function splitComma(line: string): string[] {
  if (line === '') return [];
  const values: string[] = [];
  let value = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at);
    if (quoted && letter === '"' && line[at + 1] === '"') value += line.charAt(++at);
    else if (letter === '"' && (quoted || value === '')) quoted = !quoted;
    else if (letter === ',' && !quoted) {
      values.push(value);
      value = '';
    } else value += letter;
  }
  values.push(value);
  return values;
}
