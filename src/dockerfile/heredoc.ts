import { expandWord, expandWords } from './shell-words.ts';
import type { Heredoc } from './types.ts';

const HEREDOC = /^(\d*)<<(-?)([^<]*)$/;

/** The here-documents that a line announces, in order, still without content. */
export function heredocsOf(line: string, escape: '\\' | '`'): Heredoc[] {
  let words: string[];
  try {
    words = expandWords(line, () => undefined, { escape, keepQuotes: true, keepEscapes: true, keepUnset: true });
  } catch {
    return []; // An odd quote: the shell of RUN will judge it, not this lexer.
  }
  return words.flatMap((word) => parseHeredoc(word) ?? []);
}

/** Reads one word such as `<<EOF`, `3<<-"EOF"`; undefined when it announces no here-document. */
export function parseHeredoc(word: string): Heredoc | undefined {
  const match = HEREDOC.exec(word);
  const quoted = match?.[3];
  if (!match || !quoted) return undefined;
  const name = expandWord(quoted, () => undefined, { keepUnset: true });
  if (name === '') return undefined;
  return {
    name,
    content: '',
    expand: !/["'\\]/.test(quoted),
    chomp: match[2] === '-',
    fileDescriptor: Number(match[1] || '0'),
  };
}

/** Content of a here-document as its reader sees it: leading tabs gone for `<<-`. */
export function heredocText(heredoc: Heredoc): string {
  return heredoc.chomp ? heredoc.content.replace(/^\t+/gm, '') : heredoc.content;
}
