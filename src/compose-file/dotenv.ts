import { EngineError } from '../base/index.ts';
import { interpolateText, InterpolationError, type InterpolateHooks, type Lookup } from './interpolate-text.ts';

/** How an env file is read. `lookup` gives variables from outside; earlier ones of the file win over nothing, later lines over earlier. */
export interface DotenvOptions {
  readonly file: string;
  readonly lookup: Lookup;
  readonly hooks?: InterpolateHooks;
  /** Values as they are: no quotes, no escapes, no variables, no inline comments. */
  readonly raw?: boolean;
}

/** One line of an env file: null is a name without "=", whose value comes from outside. */
export type EnvFileValues = ReadonlyMap<string, string | null>;

/**
 * Reads an env file: `NAME=value`, `export NAME=value`, `NAME: value`; comments; single quotes take all as it is, double quotes
 * know \n \r \t \" \\ \$ and variables, both may span lines; unquoted values end at " #". Source: Compose specification, env_file.
 */
export function parseDotenv(text: string, options: DotenvOptions): EnvFileValues {
  return options.raw === true ? parseRaw(text) : new DotenvReader(text.replace(/^\uFEFF/, ''), options).read();
}

function parseRaw(text: string): EnvFileValues {
  const values = new Map<string, string | null>();
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trimStart();
    if (!trimmed || trimmed.startsWith('#')) continue;
    const equals = trimmed.indexOf('=');
    if (equals < 0) values.set(trimmed.trim(), null);
    else values.set(trimmed.slice(0, equals).trim(), trimmed.slice(equals + 1));
  }
  return values;
}

class DotenvReader {
  readonly #text: string;
  readonly #options: DotenvOptions;
  readonly #values = new Map<string, string | null>();
  #at = 0;

  constructor(text: string, options: DotenvOptions) {
    this.#text = text;
    this.#options = options;
  }

  read(): EnvFileValues {
    for (;;) {
      this.#skip(/(?:\s+|#[^\n]*)*/y);
      if (this.#at >= this.#text.length) return this.#values;
      this.#skip(/export[ \t]+(?=[^\s=:])/y);
      this.#line();
    }
  }

  #line(): void {
    const name = this.#take(/[^\s=:#"'][^\s=:]*/y);
    if (name === undefined || !/^[A-Za-z0-9_.\-[\]]+$/.test(name))
      this.#fail(`unexpected character "${this.#text[this.#at + (name?.length ? -1 : 0)]}" in variable name near ${JSON.stringify(this.#rest())}`);
    this.#skip(/[ \t]*/y);
    if (this.#take(/[=:]/y) === undefined) return this.#bareName(name);
    this.#skip(/[ \t]*/y);
    this.#values.set(name, this.#value());
  }

  #bareName(name: string): void {
    if (!/^(?:\r?\n|#|$)/.test(this.#rest())) this.#fail(`key cannot contain a space near ${JSON.stringify(this.#rest())}`);
    this.#values.set(name, null);
  }

  #value(): string {
    const quote = this.#text[this.#at];
    if (quote === "'" || quote === '"') return this.#quoted(quote);
    const line = this.#take(/[^\r\n]*/y) ?? '';
    return this.#expand(line.replace(/(?:^|\s+)#.*$/, '').trimEnd());
  }

  #quoted(quote: string): string {
    const body = this.#take(quote === "'" ? /'(?:[^'\\]|\\[\s\S])*'/y : /"(?:[^"\\]|\\[\s\S])*"/y);
    if (body === undefined) this.#fail(`unterminated quoted value ${this.#rest().split('\n')[0]}`);
    const inside = body.slice(1, -1);
    return quote === "'" ? inside : this.#expand(unescape(inside));
  }

  #expand(value: string): string {
    const own: Lookup = (name) => this.#options.lookup(name) ?? this.#values.get(name) ?? undefined;
    try {
      return interpolateText(value, own, this.#options.hooks);
    } catch (error) {
      if (error instanceof InterpolationError) this.#fail(error.message);
      throw error;
    }
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skip(pattern: RegExp): void {
    this.#take(pattern);
  }

  #rest(): string {
    return this.#text.slice(this.#at, this.#at + 40);
  }

  #fail(message: string): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new EngineError('INVALID_ARGUMENT', `failed to read ${this.#options.file}: line ${line}: ${message}`);
  }
}

/** Escapes of double quotes; "\$" stays a dollar that is no variable. */
function unescape(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (whole, char: string) => {
    if (char === 'n') return '\n';
    if (char === 'r') return '\r';
    if (char === 't') return '\t';
    if (char === '$') return '$$';
    return char === '"' || char === '\\' ? char : whole;
  });
}
