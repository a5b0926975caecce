import { EngineError, messageOf } from '../../base/index.ts';
import { expandWord, expandWords } from '../../dockerfile/index.ts';
import type { ArgInstruction, LineRange } from '../../dockerfile/index.ts';
import { buildError } from '../build-error.ts';

/** The default PATH of a build, where the base image sets none. Source: moby, oci.DefaultPathEnv. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const PROXY_NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);

/** Proxies given as build arguments: every RUN sees them, no key or history does. */
export function proxyArgs(buildArgs: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(PROXY_NAMES.flatMap((name) => (typeof buildArgs[name] === 'string' ? [[name, buildArgs[name]]] : [])));
}

/** Names that need no ARG. */
export function isPredefinedArg(name: string): boolean {
  return PROXY_NAMES.includes(name) || name.startsWith('BUILDKIT_') || name === 'SOURCE_DATE_EPOCH';
}

/** What variables mean at one place of the Dockerfile: ENV, and the ARGs declared so far. */
export class Scope {
  readonly env: Map<string, string>;
  /** Declared arguments in order; undefined where no value was given. */
  readonly args: Map<string, string | undefined>;
  readonly #escape: '\\' | '`';

  constructor(options: { escape: '\\' | '`'; env?: ReadonlyMap<string, string>; args?: ReadonlyMap<string, string | undefined> }) {
    this.env = new Map(options.env);
    this.args = new Map(options.args);
    this.#escape = options.escape;
  }

  /** A scope that starts as this one: of a stage built FROM another. */
  child(): Scope {
    return new Scope({ escape: this.#escape, env: this.env, args: this.args });
  }

  lookup(name: string): string | undefined {
    return this.env.get(name) ?? this.args.get(name);
  }

  isDeclared(name: string): boolean {
    return this.env.has(name) || this.args.has(name);
  }

  /** Every name that has a value. */
  names(): string[] {
    return [...this.env.keys(), ...this.args.keys()];
  }

  /** Expands one word; errors name the word, as Docker does. */
  word(text: string, range: LineRange, options: { literalQuotes?: boolean } = {}): string {
    if (!/[$'"\\`]/.test(text)) return text;
    return this.#expand(text, range, () => expandWord(text, (name) => this.lookup(name), { ...options, escape: options.literalQuotes ? '\\' : this.#escape }));
  }

  /** Expands to any number of words. */
  words(text: string, range: LineRange): string[] {
    return this.#expand(text, range, () => expandWords(text, (name) => this.lookup(name), { escape: this.#escape }));
  }

  /** What a RUN step sees of arguments and ENV; ENV wins. */
  stepEnv(): Record<string, string> {
    const args = [...this.args].filter((entry): entry is [string, string] => entry[1] !== undefined);
    return Object.fromEntries([...args, ...this.env]);
  }

  #expand<T>(text: string, range: LineRange, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw buildError(new EngineError('INVALID_ARGUMENT', `failed to process ${JSON.stringify(text)}: ${messageOf(cause)}`, { cause }), range);
    }
  }
}

/** Declares the arguments of one ARG: the client's value wins over the default, `inherited` (global and platform arguments) fills in where there is no default. Answers what history shows: "NAME=value". */
export function declareArgs(
  scope: Scope,
  instruction: ArgInstruction,
  given: Readonly<Record<string, string | null>>,
  inherited: (name: string) => string | undefined,
): string[] {
  return instruction.args.map(({ name: rawName, value: rawValue }) => {
    const name = scope.word(rawName, instruction.raw.range);
    const fallback = rawValue === undefined ? undefined : scope.word(rawValue, instruction.raw.range);
    const override = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = typeof override === 'string' ? override : (fallback ?? inherited(name));
    scope.args.delete(name);
    scope.args.set(name, value);
    return value === undefined ? name : `${name}=${value}`;
  });
}
