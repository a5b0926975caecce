import { TemplateError } from './lex.ts';
import type { Command, Node, Operand, Pipeline } from './nodes.ts';
import { omittedValue } from './go-values.ts';
import { GoNil, isRecord, isTruthy, printValue, typeName, View } from './values.ts';

type Function = (...args: unknown[]) => unknown;

/** How a template is carried out. */
export interface ExecuteOptions {
  readonly functions: Readonly<Record<string, Function>>;
  /** True: a key that is not there is an error and not "<no value>". */
  readonly strictKeys?: boolean;
}

/** Carries out a parsed template for `data` and gives its text. */
export function executeTemplate(source: string, nodes: readonly Node[], data: unknown, options: ExecuteOptions): string {
  return new Execution(source, data, options).run(nodes, data);
}

/** How {{break}} and {{continue}} leave a list of nodes. */
class LoopExit extends Error {
  readonly kind: 'break' | 'continue';

  constructor(kind: 'break' | 'continue') {
    super(kind);
    this.kind = kind;
  }
}

class Execution {
  readonly #source: string;
  readonly #options: ExecuteOptions;
  readonly #variables: { readonly name: string; value: unknown }[];
  #out = '';

  constructor(source: string, data: unknown, options: ExecuteOptions) {
    this.#source = source;
    this.#options = options;
    this.#variables = [{ name: '$', value: data }];
  }

  run(nodes: readonly Node[], dot: unknown): string {
    this.#nodes(nodes, dot);
    return this.#out;
  }

  #nodes(nodes: readonly Node[], dot: unknown): void {
    for (const node of nodes) this.#node(node, dot);
  }

  #node(node: Node, dot: unknown): void {
    switch (node.kind) {
      case 'text':
        this.#out += node.text;
        return;
      case 'action': {
        const value = this.#pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) this.#out += printValue(value);
        return;
      }
      case 'break':
      case 'continue':
        throw new LoopExit(node.kind);
      case 'range':
        return this.#scoped(() => this.#range(node, dot));
      default:
        return this.#scoped(() => {
          const value = this.#pipeline(node.pipeline, dot);
          const inner = node.kind === 'with' ? value : dot;
          if (isTruthy(value)) this.#nodes(node.body, inner);
          else this.#nodes(node.otherwise, dot);
        });
    }
  }

  #scoped(work: () => void): void {
    const depth = this.#variables.length;
    try {
      work();
    } finally {
      this.#variables.length = depth;
    }
  }

  #range(node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: unknown): void {
    const { variables, declares } = node.pipeline;
    const value = this.#commands(node.pipeline, dot);
    const entries = entriesOf(value);
    if (!entries)
      throw this.#error(
        node.pipeline.at,
        node.pipeline.commands.map((command) => command.words.map(textOf).join(' ')).join(' | '),
        `range can't iterate over ${printValue(value)}`,
      );
    if (entries.length === 0) return this.#nodes(node.otherwise, dot);
    for (const [key, element] of entries) {
      try {
        this.#scoped(() => {
          const [first, second] = variables;
          if (second !== undefined) this.#bind(first ?? '', key, declares);
          const last = second ?? first;
          if (last !== undefined) this.#bind(last, element, declares);
          this.#nodes(node.body, element);
        });
      } catch (exit) {
        if (!(exit instanceof LoopExit)) throw exit;
        if (exit.kind === 'break') return;
      }
    }
  }

  #bind(name: string, value: unknown, declares: boolean): void {
    if (declares) this.#variables.push({ name, value });
    else {
      const variable = this.#variables.findLast((one) => one.name === name);
      if (variable) variable.value = value;
    }
  }

  #pipeline(pipeline: Pipeline, dot: unknown): unknown {
    const value = this.#commands(pipeline, dot);
    for (const name of pipeline.variables) this.#bind(name, value, pipeline.declares);
    return value;
  }

  #commands(pipeline: Pipeline, dot: unknown): unknown {
    let value: unknown;
    pipeline.commands.forEach((command, at) => {
      value = this.#command(command, dot, at === 0 ? [] : [value]);
    });
    return value;
  }

  #command(command: Command, dot: unknown, piped: readonly unknown[]): unknown {
    const [first, ...rest] = command.words;
    if (!first) return undefined;
    if (first.kind === 'function') return this.#call(first, rest, dot, piped, command);
    const args = (): unknown[] => [...rest.map((word) => this.#operand(word, dot)), ...piped];
    if (first.kind === 'field') return this.#fields(dot, first.names, first, args());
    if (first.kind === 'variable') return this.#fields(this.#variable(first.name), first.names, first, args());
    if (first.kind === 'chain') return this.#fields(this.#operand(first.of, dot), first.names, first, args());
    if (rest.length > 0 || piped.length > 0) throw this.#error(first.at, textOf(first), `can't give argument to non-function ${textOf(first)}`);
    if (first.kind === 'nil') throw this.#error(first.at, 'nil', 'nil is not a command');
    return this.#operand(first, dot);
  }

  #call(word: Extract<Operand, { kind: 'function' }>, rest: readonly Operand[], dot: unknown, piped: readonly unknown[], command: Command): unknown {
    if (word.name === 'and' || word.name === 'or') return this.#shortCut(word.name, rest, dot, piped);
    const args = [...rest.map((one) => this.#operand(one, dot)), ...piped];
    const call = this.#options.functions[word.name];
    const wanted = FIXED_ARGUMENTS[word.name];
    if (wanted !== undefined && args.length !== wanted) {
      throw this.#error(word.at, word.name, `wrong number of args for ${word.name}: want ${wanted} got ${args.length}`);
    }
    this.#checkTexts(word, rest, args);
    try {
      return call?.(...args);
    } catch (error) {
      if (!(error instanceof TemplateError) || error.message.startsWith('template:')) throw error;
      const blamed = error.message.startsWith('error calling') ? command.words.map(textOf).join(' ') : textOf(rest.at(-1) ?? word);
      throw this.#error(word.at, blamed, error.message);
    }
  }

  /** Arguments that must be texts: the first that is none is blamed at its own place. */
  #checkTexts(word: Extract<Operand, { kind: 'function' }>, rest: readonly Operand[], args: readonly unknown[]): void {
    for (const at of TEXT_ARGUMENTS[word.name] ?? []) {
      const value = args[at];
      if (typeof value === 'string') continue;
      const blamed = rest[at] ?? word;
      const why =
        blamed.kind === 'constant'
          ? `expected string; found ${blamed.text}`
          : value === undefined || value === null
            ? 'invalid value; expected string'
            : `wrong type for value; expected string; got ${typeName(value)}`;
      throw this.#error(blamed.at, textOf(blamed), why);
    }
  }

  #shortCut(name: 'and' | 'or', rest: readonly Operand[], dot: unknown, piped: readonly unknown[]): unknown {
    let value: unknown;
    for (const word of rest) {
      value = this.#operand(word, dot);
      if (isTruthy(value) === (name === 'or')) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  #operand(word: Operand, dot: unknown): unknown {
    switch (word.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return undefined;
      case 'constant':
        return word.value;
      case 'field':
        return this.#fields(dot, word.names, word, []);
      case 'variable':
        return this.#fields(this.#variable(word.name), word.names, word, []);
      case 'function':
        return this.#call(word, [], dot, [], { words: [word], at: word.at });
      case 'group':
        return this.#pipeline(word.pipeline, dot);
      default:
        return this.#fields(this.#operand(word.of, dot), word.names, word, []);
    }
  }

  #variable(name: string): unknown {
    return this.#variables.findLast((one) => one.name === name)?.value;
  }

  #fields(start: unknown, names: readonly string[], word: Operand, args: readonly unknown[]): unknown {
    return names.reduce<unknown>((value, name, at) => this.#field(value, name, word, at === names.length - 1 ? args : []), start);
  }

  #field(value: unknown, name: string, word: Operand, args: readonly unknown[]): unknown {
    const missing = (why: string): TemplateError => this.#error(word.at, textOf(word), why);
    if (value === undefined || value === null || value instanceof GoNil) {
      if (value instanceof GoNil && value.kind === 'map') return undefined;
      if (this.#options.strictKeys) throw missing(`nil pointer evaluating interface {}.${name}`);
      return undefined;
    }
    if (value instanceof View) {
      if (!value.has(name)) throw missing(`can't evaluate field ${name} in type ${value.typeName}`);
      return this.#blame(word, () => value.get(name, args));
    }
    if (args.length > 0) throw missing(`${name} is not a method but has arguments`);
    const record = value instanceof Map ? (value as Map<string, unknown>) : isRecord(value) ? new Map(Object.entries(value)) : undefined;
    if (!record) throw missing(`can't evaluate field ${name} in type ${this.#options.strictKeys ? 'interface {}' : typeName(value)}`);
    if (record.has(name) || value instanceof Map) return record.get(name);
    const omitted = omittedValue(name);
    if (omitted === undefined && this.#options.strictKeys) throw missing(`map has no entry for key ${JSON.stringify(name)}`);
    return this.#options.strictKeys ? omitted : undefined;
  }

  /** Gives a failure without a place the place of `word`. */
  #blame<T>(word: Operand, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TemplateError) || error.message.startsWith('template:')) throw error;
      throw this.#error(word.at, textOf(word), error.message);
    }
  }

  #error(at: number, context: string, why: string): TemplateError {
    const before = this.#source.slice(0, at).split('\n');
    const place = `${before.length}:${Buffer.byteLength(before.at(-1) ?? '')}`;
    return new TemplateError(`template: :${place}: executing "" at <${context}>: ${why}`);
  }
}

/** Which arguments of a function must be texts. */
const TEXT_ARGUMENTS: Readonly<Record<string, readonly number[]>> = { split: [0, 1], join: [1], title: [0], lower: [0], upper: [0], pad: [0], truncate: [0] };

const FIXED_ARGUMENTS: Readonly<Record<string, number>> = {
  not: 1,
  len: 1,
  ne: 2,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  json: 1,
  split: 2,
  join: 2,
  title: 1,
  lower: 1,
  upper: 1,
  pad: 3,
  truncate: 2,
};

function entriesOf(value: unknown): (readonly [unknown, unknown])[] | undefined {
  if (value === undefined || value === null || value instanceof GoNil) return [];
  if (Array.isArray(value)) return value.map((one, at) => [at, one] as const);
  if (typeof value === 'number') return Array.from({ length: value }, (_, at) => [at, at] as const);
  const entries = value instanceof Map ? [...(value as Map<string, unknown>)] : isRecord(value) ? Object.entries(value) : undefined;
  return entries?.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

function textOf(word: Operand): string {
  switch (word.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'constant':
      return word.text;
    case 'field':
      return `.${word.names.join('.')}`;
    case 'variable':
      return [word.name, ...word.names].join('.');
    case 'function':
      return word.name;
    case 'group':
      return `(${word.pipeline.commands.map((command) => command.words.map(textOf).join(' ')).join(' | ')})`;
    default:
      return `${textOf(word.of)}.${word.names.join('.')}`;
  }
}
