import { parseDirectives } from './directives.ts';
import { lexError } from './dockerfile-error.ts';
import { splitFlags } from './flags.ts';
import { heredocsOf } from './heredoc.ts';
import type { Directives, Heredoc, ParseWarning, RawInstruction } from './types.ts';

/** A lexed file: instructions without meaning yet. */
export interface LexedFile {
  readonly directives: Directives;
  readonly instructions: readonly RawInstruction[];
  readonly warnings: readonly ParseWarning[];
}

const HEREDOC_KEYWORDS = new Set(['run', 'copy', 'add']);

/** Splits a Dockerfile into logical lines: joins continuations, drops comments, attaches here-documents. Throws DockerfileError. */
export function lex(source: string): LexedFile {
  const lines = source
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  const directives = parseDirectives(lines);
  return new Lexer(lines, directives).run();
}

class Lexer {
  readonly #lines: readonly string[];
  readonly #directives: Directives;
  readonly #continuation: RegExp;
  readonly #warnings: ParseWarning[] = [];
  #at = 0;

  constructor(lines: readonly string[], directives: Directives) {
    this.#lines = lines;
    this.#directives = directives;
    this.#continuation = directives.escape === '`' ? /(^|[^`])`[ \t]*$/ : /(^|[^\\])\\[ \t]*$/;
  }

  run(): LexedFile {
    const instructions: RawInstruction[] = [];
    let comments: string[] = [];
    while (this.#at < this.#lines.length) {
      const line = (this.#lines[this.#at] ?? '').trimStart();
      if (line.startsWith('#')) comments.push(line.slice(1).trim());
      else if (line === '') comments = [];
      else {
        instructions.push(this.#instruction(comments));
        comments = [];
        continue;
      }
      this.#at++;
    }
    if (instructions.length === 0)
      throw lexError('file with no instructions', { start: Math.max(1, this.#lines.length), end: Math.max(1, this.#lines.length) });
    return { directives: this.#directives, instructions, warnings: this.#warnings };
  }

  #instruction(comments: readonly string[]): RawInstruction {
    const start = this.#at + 1;
    const line = this.#logicalLine(start);
    const [, written = '', tail = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
    const keyword = written.toLowerCase();
    const { flags, rest } = splitFlags(tail);
    const heredocs = this.#heredocs(keyword, rest, line, start);
    return { keyword, keywordAsWritten: written, flags, rest, original: line, heredocs, range: { start, end: this.#at }, comments };
  }

  #logicalLine(start: number): string {
    let [text, goesOn] = this.#cut((this.#lines[this.#at++] ?? '').trimStart());
    let emptyLine = false;
    while (goesOn && this.#at < this.#lines.length) {
      const next = this.#lines[this.#at++] ?? '';
      if (next.trimStart().startsWith('#')) continue;
      if (next.trim() === '') {
        emptyLine = true;
        continue;
      }
      const [more, further] = this.#cut(next);
      text += more;
      goesOn = further;
    }
    text = text.trim();
    if (emptyLine) this.#warnings.push({ message: `Empty continuation line found in:\n    ${text}`, range: { start, end: this.#at } });
    return text;
  }

  /** The line without its continuation character, and whether it had one. */
  #cut(line: string): [string, boolean] {
    return this.#continuation.test(line) ? [line.replace(this.#continuation, '$1'), true] : [line, false];
  }

  #heredocs(keyword: string, rest: string, line: string, start: number): Heredoc[] {
    const command = keyword === 'onbuild' ? (/^(\S+)/.exec(rest)?.[1]?.toLowerCase() ?? '') : keyword;
    if (!HEREDOC_KEYWORDS.has(command) || !line.includes('<<') || isJsonArray(rest)) return [];
    return heredocsOf(line, this.#directives.escape).map((heredoc) => this.#filled(heredoc, start));
  }

  #filled(heredoc: Heredoc, start: number): Heredoc {
    return { ...heredoc, content: this.#heredocContent(heredoc, start) };
  }

  #heredocContent(heredoc: Heredoc, start: number): string {
    let content = '';
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at++] ?? '';
      if ((heredoc.chomp ? line.replace(/^\t+/, '') : line) === heredoc.name) return content;
      content += `${line}\n`;
    }
    throw lexError('unterminated heredoc', { start, end: this.#at });
  }
}

function isJsonArray(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
