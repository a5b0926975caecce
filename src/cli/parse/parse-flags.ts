import type { FlagSpec } from '../table/types.ts';
import { checkValue } from './check-value.ts';
import { Flags } from './flags.ts';
import { splitComma } from './split-comma.ts';

/** What is left after the flags. `help` is true when --help (or the old -h) was among them. */
export interface ParsedFlags {
  readonly flags: Flags;
  readonly args: string[];
  readonly help: boolean;
  /** True when help was asked for with -h, which Docker calls deprecated. */
  readonly shortHelp: boolean;
}

/** A flag that cannot be read; the caller adds the usage line. */
export class FlagError extends Error {}

interface Options {
  /** Stop at the first word that is no flag. */
  readonly wordEndsFlags?: boolean;
  /** Add to these flags instead of new ones: a group's flags and its command's share one record. */
  readonly into?: Flags;
}

/** Reads `words` by the rules of Docker's flag library: clusters (-it), --name=value, --name value, -n5, "--" and repeated flags. */
export function parseFlags(specs: readonly FlagSpec[], words: readonly string[], options: Options = {}): ParsedFlags {
  const reader = new FlagReader(specs, words, options);
  reader.read();
  return { flags: reader.flags, args: reader.args, help: reader.help, shortHelp: reader.shortHelp };
}

/** The values that `specs` have when nobody sets them. */
export function defaultsOf(specs: readonly FlagSpec[]): Map<string, string> {
  return new Map(specs.flatMap((spec) => (spec.default === undefined ? [] : [[spec.name, spec.default]])));
}

class FlagReader {
  readonly flags: Flags;
  readonly args: string[] = [];
  help = false;
  shortHelp = false;
  readonly #specs: readonly FlagSpec[];
  readonly #words: readonly string[];
  readonly #wordEndsFlags: boolean;
  #at = 0;

  constructor(specs: readonly FlagSpec[], words: readonly string[], options: Options) {
    this.#specs = specs;
    this.#words = words;
    this.#wordEndsFlags = options.wordEndsFlags ?? false;
    this.flags = options.into ?? new Flags(defaultsOf(specs));
  }

  read(): void {
    for (;;) {
      const word = this.#words[this.#at++];
      if (word === undefined) return;
      if (word === '--') return this.#takeRest(this.#at);
      if (word.startsWith('--')) this.#readLong(word);
      else if (word.startsWith('-') && word !== '-') this.#readShort(word.slice(1));
      else if (this.#wordEndsFlags) return this.#takeRest(this.#at - 1);
      else this.args.push(word);
    }
  }

  #takeRest(from: number): void {
    this.args.push(...this.#words.slice(from));
  }

  #readLong(word: string): void {
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: ${word}`);
    const spec = this.#specs.find((one) => one.name === name);
    if (!spec && name === 'help') this.help = true;
    else if (!spec) throw new FlagError(`unknown flag: --${name}`);
    else if (equals >= 0) this.#set(spec, word.slice(equals + 1));
    else if (spec.type === 'bool') this.#set(spec, 'true');
    else this.#set(spec, this.#next(`flag needs an argument: --${name}`));
  }

  #readShort(cluster: string): void {
    for (let rest = cluster; rest !== '';) {
      const letter = rest.charAt(0);
      const spec = this.#specs.find((one) => one.short === letter);
      if (!spec && letter === 'h') {
        this.help = this.shortHelp = true;
        rest = rest.slice(1);
        continue;
      }
      if (!spec) throw new FlagError(`unknown shorthand flag: '${letter}' in -${rest}`);
      const tail = rest.slice(1);
      if (tail.startsWith('=')) return this.#set(spec, tail.slice(1));
      if (spec.type !== 'bool') return this.#set(spec, tail || this.#next(`flag needs an argument: '${letter}' in -${rest}`));
      this.#set(spec, 'true');
      rest = tail;
    }
  }

  #next(missing: string): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new FlagError(missing);
    return word;
  }

  #set(spec: FlagSpec, value: string): void {
    const why = checkValue(spec.type, value) ?? spec.check?.(value);
    if (why !== undefined) {
      throw new FlagError(`invalid argument ${goQuote(value)} for "${spec.short ? `-${spec.short}, ` : ''}--${spec.name}" flag: ${why}`);
    }
    if (spec.type === 'strings') for (const one of splitComma(value)) this.flags.add(spec.name, one);
    else this.flags.add(spec.name, value);
  }
}

function goQuote(text: string): string {
  return JSON.stringify(text);
}
