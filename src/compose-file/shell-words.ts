/** What an unclosed quote throws. */
export class ShellWordsError extends Error {}

/** Splits a command line into words as a shell would, without running one: quotes and backslashes are understood, nothing else. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? '';
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = line.indexOf("'", i + 1);
      if (end < 0) throw new ShellWordsError('EOF found when expecting closing quote');
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (char === '"') {
      const [text, end] = doubleQuoted(line, i + 1);
      word = (word ?? '') + text;
      i = end;
    } else if (char === '\\') {
      if (i + 1 >= line.length) throw new ShellWordsError('EOF found after escape character');
      word = (word ?? '') + (line[++i] ?? '');
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function doubleQuoted(line: string, from: number): [string, number] {
  let text = '';
  for (let i = from; i < line.length; i++) {
    const char = line[i] ?? '';
    if (char === '"') return [text, i];
    text += char === '\\' ? (line[++i] ?? '') : char;
  }
  throw new ShellWordsError('EOF found when expecting closing quote');
}
