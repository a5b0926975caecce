import { TemplateError } from './lex.ts';

/** A thing whose fields are computed when a template asks for them: one row of a list. Its JSON holds every field, sorted by name. */
export class View {
  /** Go's name of the type, which errors mention: "*formatter.ContainerContext". */
  readonly typeName: string;
  readonly #fields: Readonly<Record<string, () => unknown>>;
  readonly #json: unknown;
  /** Fields that take arguments: `.Label "name"`. They are no part of the JSON. */
  readonly #methods: Readonly<Record<string, (...args: never[]) => unknown>>;

  constructor(
    name: string,
    fields: Readonly<Record<string, () => unknown>>,
    methods: Readonly<Record<string, (...args: never[]) => unknown>> = {},
    json?: unknown,
  ) {
    this.#json = json;
    this.typeName = name;
    this.#fields = fields;
    this.#methods = methods;
  }

  /** True when there is a field or method of this name. */
  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name) || Object.hasOwn(this.#methods, name);
  }

  /** A field's value, or a method's for `args`. */
  get(name: string, args: readonly unknown[]): unknown {
    const method = Object.hasOwn(this.#methods, name) ? this.#methods[name] : undefined;
    if (method && method.length !== args.length) throw new TemplateError(`wrong number of args for ${name}: want ${method.length} got ${args.length}`);
    if (method) return method(...(args as never[]));
    return this.#fields[name]?.();
  }

  /** Every field by name, sorted; or what the view was given as its JSON. */
  toJSON(): unknown {
    if (this.#json !== undefined) return this.#json;
    return this.values();
  }

  /** Every field by name, sorted. */
  values(): Record<string, unknown> {
    const names = Object.keys(this.#fields).toSorted();
    return Object.fromEntries(names.map((name) => [name, this.#fields[name]?.()]));
  }
}

/** A moment that Go holds as a time: its JSON is RFC 3339, but printed it reads "2026-11-29 04:48:17.64 +0000 UTC". */
export class GoTime {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toJSON(): string {
    return this.#text;
  }

  toString(): string {
    const [, date = '', time = '', fraction = '', zone = ''] = /^(\S+)T([\d:]+)(\.\d+)?(.*)$/.exec(this.#text) ?? [];
    const short = fraction.replace(/\.?0+$/, '');
    return zone === 'Z' ? `${date} ${time}${short} +0000 UTC` : `${date} ${time}${short} ${zone.replace(':', '')} ${zone.replace(':', '')}`;
  }
}

/** A nil of a known kind: it prints as an empty map or slice, or as "<nil>", is JSON's null, and is false. */
export class GoNil {
  readonly kind: 'map' | 'slice' | 'pointer';

  constructor(kind: 'map' | 'slice' | 'pointer') {
    this.kind = kind;
  }

  toJSON(): null {
    return null;
  }

  toString(): string {
    return { map: 'map[]', slice: '[]', pointer: '<nil>' }[this.kind];
  }
}

/** True for a Go map or a struct that came as JSON. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof View) &&
    !(value instanceof Map) &&
    !(value instanceof GoTime) &&
    !(value instanceof GoNil)
  );
}

/** Go's truth: not empty, not zero, not nil. Structs are always true. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  if (value instanceof GoNil) return false;
  return Boolean(value);
}

/** Go's word for the kind of a value, as errors name it. */
export function typeName(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (value instanceof View) return value.typeName;
  if (value instanceof Map) return 'map[string]string';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'map[string]interface {}' : typeof value;
}

/** How Go's Print writes a value: "[a b]", "map[k:v]" for a Map, "{a b}" for an object (a struct), "<no value>" for nil. */
export function printValue(value: unknown, top = true): string {
  if (value === undefined || value === null) return top ? '<no value>' : '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return printNumber(value);
  if (value instanceof View)
    return `{${Object.values(value.values())
      .map((one) => printValue(one, false))
      .join(' ')}}`;
  if (value instanceof GoTime || value instanceof GoNil) return value.toString();
  if (value instanceof Map) return printMap([...(value as Map<string, unknown>).entries()]);
  if (Array.isArray(value)) return `[${value.map((one) => printValue(one, false)).join(' ')}]`;
  if (typeof value === 'object')
    return `{${Object.values(value)
      .map((one) => printValue(one, false))
      .join(' ')}}`;
  return typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : '';
}

function printMap(entries: readonly (readonly [string, unknown])[]): string {
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `map[${sorted.map(([key, value]) => `${key}:${printValue(value, false)}`).join(' ')}]`;
}

function printNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}
