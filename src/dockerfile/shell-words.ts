import { EngineError } from '../base/index.ts';
import { replacePattern, trimPrefix, trimSuffix } from './shell-pattern.ts';

/** Looks a variable up; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface ExpandOptions {
  readonly escape?: '\\' | '`';
  /** Quotes are ordinary characters, as in a here-document. */
  readonly literalQuotes?: boolean;
  /** Quotes stay in the result, as when the lexer looks for here-documents. */
  readonly keepQuotes?: boolean;
  /** Escapes stay in the result. */
  readonly keepEscapes?: boolean;
  /** Unset variables stay as written. */
  readonly keepUnset?: boolean;
  /** Told of each variable that was used but is not set. */
  readonly onUnset?: (name: string) => void;
}

/** Expands variables, quotes and escapes to one word, by the rules of Dockerfile expansion (a subset of the POSIX shell's). Throws INVALID_ARGUMENT. */
export function expandWord(word: string, lookup: Lookup, options: ExpandOptions = {}): string {
  return new Expansion(word, lookup, options).run().text;
}

/** As `expandWord`, but white space outside quotes separates words, also in the values of unquoted variables. */
export function expandWords(text: string, lookup: Lookup, options: ExpandOptions = {}): string[] {
  return new Expansion(text, lookup, options).run().words;
}

/** Collects words: quoted text joins the current word, plain white space ends it. */
class WordList {
  readonly words: string[] = [];
  #word = '';
  #open = false;
  #inWord = false;

  plain(char: string): void {
    if (/[ \t\n\r\v\f]/.test(char)) {
      if (this.#inWord || this.#open) this.#end();
      return;
    }
    this.#word += char;
    this.#inWord = true;
  }

  quoted(text: string): void {
    this.#word += text;
    this.#open = true;
  }

  value(text: string): void {
    for (const char of text) this.plain(char);
  }

  finish(): string[] {
    if (this.#inWord || this.#open) this.#end();
    return this.words;
  }

  #end(): void {
    this.words.push(this.#word);
    this.#word = '';
    this.#open = false;
    this.#inWord = false;
  }
}

class Expansion {
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #options: ExpandOptions;
  readonly #escape: string;
  #at = 0;

  constructor(text: string, lookup: Lookup, options: ExpandOptions) {
    this.#text = text;
    this.#lookup = lookup;
    this.#options = options;
    this.#escape = options.escape ?? '\\';
  }

  run(): { text: string; words: string[] } {
    const words = new WordList();
    const text = this.#until('', words);
    return { text, words: words.finish() };
  }

  /** Reads up to `stop` (consumed), or to the end when `stop` is "". */
  #until(stop: string, words: WordList | undefined, keepEscapes = this.#options.keepEscapes ?? false): string {
    let result = '';
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? '';
      if (stop && char === stop) {
        this.#at++;
        return result;
      }
      if (char === "'" && !this.#options.literalQuotes) result += this.#collect(words, 'quoted', this.#singleQuoted());
      else if (char === '"' && !this.#options.literalQuotes) result += this.#collect(words, 'quoted', this.#doubleQuoted());
      else if (char === '$') result += this.#collect(words, 'value', this.#dollar());
      else result += this.#plain(char, words, keepEscapes);
    }
    if (stop) throw badSubstitution(`unexpected end of statement while looking for matching ${stop === '}' ? 'closing brace' : JSON.stringify(stop)}`);
    return result;
  }

  #collect(words: WordList | undefined, how: 'quoted' | 'value', text: string): string {
    words?.[how](text);
    return text;
  }

  #plain(char: string, words: WordList | undefined, keepEscapes: boolean): string {
    this.#at++;
    if (char !== this.#escape) {
      words?.plain(char);
      return char;
    }
    const next = this.#text[this.#at];
    if (next === undefined) return '';
    this.#at++;
    const text = keepEscapes ? char + next : next;
    words?.quoted(text);
    return text;
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw badSubstitution('unexpected end of statement while looking for matching single-quote');
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return this.#options.keepQuotes ? `'${inner}'` : inner;
  }

  #doubleQuoted(): string {
    this.#at++;
    let result = this.#options.keepQuotes ? '"' : '';
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw badSubstitution('unexpected end of statement while looking for matching double-quote');
      if (char === '$') {
        result += this.#dollar();
        continue;
      }
      this.#at++;
      if (char === '"') return this.#options.keepQuotes ? `${result}"` : result;
      result += char === this.#escape ? this.#escapedInQuotes() : char;
    }
  }

  #escapedInQuotes(): string {
    const next = this.#text[this.#at];
    if (next === undefined) return this.#escape;
    this.#at++;
    const special = next === '"' || next === '$' || next === this.#escape;
    return special && !this.#options.keepEscapes ? next : this.#escape + next;
  }

  #dollar(): string {
    const start = this.#at;
    this.#at++;
    if (this.#text[this.#at] === '{') return this.#braced(start);
    const name = this.#name();
    if (!name) return '$';
    return this.#value(name, this.#text.slice(start, this.#at));
  }

  #value(name: string, asWritten: string): string {
    const value = this.#lookup(name);
    if (value !== undefined) return value;
    this.#options.onUnset?.(name);
    return this.#options.keepUnset ? asWritten : '';
  }

  #name(): string {
    const match = /^(?:[A-Za-z_][A-Za-z0-9_]*|\d+|[@*#?$!-])/.exec(this.#text.slice(this.#at));
    if (!match) return '';
    this.#at += match[0].length;
    return match[0];
  }

  #braced(start: number): string {
    this.#at++;
    if (this.#text[this.#at] === undefined || this.#text[this.#at] === ':') throw badSubstitution("syntax error: missing '}'");
    if (this.#text[this.#at] === '}') {
      this.#at++;
      throw badSubstitution('bad substitution');
    }
    const name = this.#name();
    const operator = this.#text[this.#at];
    if (operator === undefined) throw badSubstitution("syntax error: missing '}'");
    this.#at++;
    const asWritten = (): string => this.#text.slice(start, this.#at);
    switch (operator) {
      case '}':
        return this.#value(name, asWritten());
      case ':':
        return this.#conditional(name, true, asWritten);
      case '+':
      case '-':
      case '?':
        this.#at--;
        return this.#conditional(name, false, asWritten);
      case '#':
      case '%':
        return this.#trimmed(name, operator, asWritten);
      case '/':
        return this.#replaced(name, asWritten);
      default:
        throw badSubstitution(`unsupported modifier (${operator}) in substitution`);
    }
  }

  /** `${v:-w} ${v-w} ${v:+w} ${v+w} ${v:?e} ${v?e}`; the colon makes an empty value count as unset. */
  #conditional(name: string, colon: boolean, asWritten: () => string): string {
    const modifier = this.#text[this.#at] ?? '';
    this.#at++;
    if (!'+-?'.includes(modifier) || modifier === '') throw badSubstitution(`unsupported modifier (${colon ? ':' : ''}${modifier}) in substitution`);
    const word = this.#until('}', undefined);
    const value = this.#lookup(name);
    const isSet = value !== undefined && !(colon && value === '');
    if (modifier === '+') return isSet ? word : '';
    if (isSet) return value;
    if (modifier === '-') return value === undefined && this.#options.keepUnset ? asWritten() : word;
    throw badSubstitution(`${name}: ${word || (colon && value === '' ? 'is not allowed to be empty' : 'is not allowed to be unset')}`);
  }

  #trimmed(name: string, operator: '#' | '%', asWritten: () => string): string {
    const longest = this.#text[this.#at] === operator;
    if (longest) this.#at++;
    const pattern = this.#until('}', undefined, true);
    const value = this.#lookup(name);
    if (value === undefined) return this.#value(name, asWritten());
    return operator === '#' ? trimPrefix(value, pattern, longest) : trimSuffix(value, pattern, longest);
  }

  #replaced(name: string, asWritten: () => string): string {
    const all = this.#text[this.#at] === '/';
    if (all) this.#at++;
    const pattern = this.#until('/', undefined, true);
    const replacement = this.#until('}', undefined, true);
    const value = this.#lookup(name);
    if (value === undefined) return this.#value(name, asWritten());
    return replacePattern(value, pattern, replacement, all);
  }
}

function badSubstitution(message: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', message);
}
