import { nearest, parseError } from './dockerfile-error.ts';
import type { LineRange } from './types.ts';

/** Takes the leading `--words` off the arguments of an instruction. Quotes and escapes inside a flag are honoured. */
export function splitFlags(text: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  let rest = text.trimStart();
  while (rest.startsWith('--')) {
    const end = wordEnd(rest);
    const word = rest.slice(0, end);
    rest = rest.slice(end).trimStart();
    if (word === '--') break;
    flags.push(unquote(word));
  }
  return { flags, rest: rest.trimEnd() };
}

function wordEnd(text: string): number {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\\' && quote !== "'") at++;
    else if (quote) quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (/\s/.test(char)) return at;
  }
  return text.length;
}

function unquote(word: string): string {
  return word.replace(
    /\\(.)|"((?:\\.|[^"\\])*)"|'([^']*)'/g,
    (_, escaped?: string, double?: string, single?: string) => escaped ?? double?.replace(/\\(["\\])/g, '$1') ?? single ?? '',
  );
}

/** What a flag takes: text, text more than once, or nothing (`--link`, `--link=false`). */
export type FlagKind = 'text' | 'list' | 'boolean';

/** Values of an instruction's flags, by name without dashes. */
export class FlagValues {
  readonly #values = new Map<string, string[]>();

  constructor(flags: readonly string[], known: Readonly<Record<string, FlagKind>>, range: LineRange) {
    for (const flag of flags) this.#add(flag, known, range);
  }

  /** Only refuses what is not known. */
  static check(flags: readonly string[], known: Readonly<Record<string, FlagKind>>, range: LineRange): void {
    if (flags.length > 0) void new FlagValues(flags, known, range);
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  list(name: string): string[] {
    return this.#values.get(name) ?? [];
  }

  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : value === 'true';
  }

  #add(flag: string, known: Readonly<Record<string, FlagKind>>, range: LineRange): void {
    const [, name = '', value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(flag) ?? [];
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) throw parseError(`unknown flag: --${name}${didYouMean(name, Object.keys(known))}`, range);
    if (kind !== 'list' && this.#values.has(name)) throw parseError(`duplicate flag specified: --${name}`, range);
    if (kind === 'boolean') return this.#addBoolean(name, value, range);
    if (value === undefined) throw parseError(`missing a value on flag: --${name}`, range);
    this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
  }

  #addBoolean(name: string, value: string | undefined, range: LineRange): void {
    const given = value === undefined ? 'true' : value.toLowerCase();
    if (given !== 'true' && given !== 'false') throw parseError(`expecting boolean value for flag --${name}, not: ${value}`, range);
    this.#values.set(name, [given]);
  }
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}
