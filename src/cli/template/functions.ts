import { TemplateError } from './lex.ts';
import { GoNil, isRecord, isTruthy, printValue, typeName, View } from './values.ts';

type Function = (...args: unknown[]) => unknown;

/** Go's own functions and Docker's, by name. `and` and `or` are here for their names; execution cuts them short. */
export const functions: Readonly<Record<string, Function>> = {
  and: (...values) => values.find((value) => !isTruthy(value)) ?? values.at(-1),
  or: (...values) => values.find(isTruthy) ?? values.at(-1),
  not: (value) => !isTruthy(value),
  len: (value) => length(value),
  index: (value, ...keys) => keys.reduce<unknown>((inner, key) => index(inner, key), value),
  slice: (value, from, to) => slice(value, from, to),
  print: (...values) => goPrint(values),
  printf: (format, ...values) => goFormat(text('printf', format), values),
  println: (...values) => `${values.map((value) => printValue(value, false)).join(' ')}\n`,
  html: (...values) =>
    goPrint(values).replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('"', '&#34;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  js: (...values) =>
    JSON.stringify(goPrint(values))
      .slice(1, -1)
      .replaceAll("'", String.raw`\'`)
      .replaceAll('<', String.raw`\u003C`)
      .replaceAll('>', String.raw`\u003E`),
  urlquery: (...values) => encodeURIComponent(goPrint(values)).replaceAll('%20', '+'),
  eq: (first, ...others) => equal(first, others),
  ne: (a, b) => !same(a, b),
  lt: (a, b) => compare(a, b) < 0,
  le: (a, b) => compare(a, b) <= 0,
  gt: (a, b) => compare(a, b) > 0,
  ge: (a, b) => compare(a, b) >= 0,
  json: (value) => goJson(value),
  split: (value, separator) => text('split', value).split(text('split', separator)),
  join: (values, separator) => joinStrings(values, text('join', separator)),
  title: (value) => text('title', value).replaceAll(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase()),
  lower: (value) => text('lower', value).toLowerCase(),
  upper: (value) => text('upper', value).toUpperCase(),
  pad: (value, left, right) => pad(text('pad', value), Number(left), Number(right)),
  truncate: (value, size) => Array.from(text('truncate', value)).slice(0, Number(size)).join(''),
};

/** In the header row of a table these leave the header's word as it is. */
export const headerFunctions: Readonly<Record<string, Function>> = {
  ...functions,
  json: (value) => value,
  title: (value) => value,
  lower: (value) => value,
  upper: (value) => value,
  truncate: (value) => value,
};

/** JSON as Docker's `json` writes it: nil is null; rows of lists have their HTML characters escaped, other values not. */
export function goJson(value: unknown): string {
  const json = plainJson(value);
  return value instanceof View ? json.replaceAll(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`) : json;
}

function plainJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    inner instanceof Map ? Object.fromEntries([...(inner as Map<string, unknown>)].toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) throw new TemplateError(`invalid value; expected string`);
  throw new TemplateError(`wrong type for value; expected string; got ${typeName(value)}`, { cause: name });
}

function length(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  if (value instanceof GoNil && value.kind !== 'pointer') return 0;
  if (isRecord(value)) return Object.keys(value).length;
  throw new TemplateError(`error calling len: ${value === undefined || value === null ? 'len of nil pointer' : `len of type ${typeName(value)}`}`);
}

function index(value: unknown, key: unknown): unknown {
  if (value === undefined || value === null) throw new TemplateError('error calling index: index of untyped nil');
  if (value instanceof GoNil && value.kind === 'map') return '';
  if (value instanceof Map) return value.get(key) ?? '';
  if (Array.isArray(value) || typeof value === 'string') {
    if (typeof key !== 'number') throw new TemplateError(`error calling index: cannot index slice/array with type ${typeName(key)}`);
    if (key < 0 || key >= value.length) throw new TemplateError(`error calling index: index out of range: ${key}`);
    return typeof value === 'string' ? Buffer.from(value)[key] : value[key];
  }
  if (isRecord(value)) return value[String(key)];
  throw new TemplateError(`error calling index: can't index item of type ${typeName(value)}`);
}

function slice(value: unknown, from: unknown, to: unknown): unknown {
  if (typeof value !== 'string' && !Array.isArray(value)) throw new TemplateError(`error calling slice: can't slice item of type ${typeName(value)}`);
  const start = from === undefined ? 0 : Number(from);
  const end = to === undefined ? value.length : Number(to);
  for (const one of [start, end]) if (one < 0 || one > value.length) throw new TemplateError(`error calling slice: index out of range: ${one}`);
  if (start > end) throw new TemplateError(`error calling slice: invalid slice index: ${start} > ${end}`);
  return value.slice(start, end);
}

function equal(first: unknown, others: readonly unknown[]): boolean {
  if (others.length === 0) throw new TemplateError('error calling eq: missing argument for comparison');
  return others.some((other) => same(first, other));
}

function same(a: unknown, b: unknown): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  if (typeof a !== typeof b) throw new TemplateError('error calling eq: incompatible types for comparison');
  return a === b;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) throw new TemplateError('error calling lt: incompatible types for comparison');
  return a === b ? 0 : a < (b as typeof a) ? -1 : 1;
}

function joinStrings(values: unknown, separator: string): string {
  if (values === undefined || values === null) return '';
  if (!Array.isArray(values)) throw new TemplateError(`wrong type for value; expected []string; got ${typeName(values)}`);
  return values.map((one) => printValue(one, false)).join(separator);
}

function pad(value: string, left: number, right: number): string {
  return value === '' ? '' : ' '.repeat(left) + value + ' '.repeat(right);
}

function goPrint(values: readonly unknown[]): string {
  return values
    .map((value, at) => {
      const spaced = at > 0 && typeof value !== 'string' && typeof values[at - 1] !== 'string';
      return (spaced ? ' ' : '') + printValue(value, false);
    })
    .join('');
}

function goFormat(format: string, values: readonly unknown[]): string {
  let at = 0;
  const written = format.replaceAll(
    /%([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (at >= values.length) return `%!${verb}(MISSING)`;
      const body = formatOne(verb, values[at++], precision === undefined ? undefined : Number(precision), flags);
      const size = Number(width ?? 0);
      if (flags.includes('-')) return body.padEnd(size);
      return flags.includes('0') && verb !== 's' ? body.padStart(size, '0') : body.padStart(size);
    },
  );
  const extra = values.slice(at).map((value) => `${typeName(value)}=${printValue(value, false)}`);
  return extra.length === 0 ? written : `${written}%!(EXTRA ${extra.join(', ')})`;
}

function formatOne(verb: string, value: unknown, precision: number | undefined, flags: string): string {
  const sign = flags.includes('+') && typeof value === 'number' && value >= 0 ? '+' : '';
  switch (verb) {
    case 'v':
      return printValue(value, false);
    case 's':
      return typeof value === 'number' ? `%!s(${typeName(value)}=${value})` : printValue(value, false).slice(0, precision);
    case 'q':
      return Array.isArray(value) ? `[${value.map((one) => JSON.stringify(printValue(one, false))).join(' ')}]` : JSON.stringify(printValue(value, false));
    case 'd':
      return typeof value === 'number' ? sign + String(Math.trunc(value)) : `%!d(${typeName(value)}=${printValue(value, false)})`;
    case 'f':
      return sign + Number(value).toFixed(precision ?? 6);
    case 't':
      return String(value);
    case 'x':
      return typeof value === 'number' ? value.toString(16) : Buffer.from(printValue(value, false)).toString('hex');
    case 'X':
      return typeof value === 'number' ? value.toString(16).toUpperCase() : Buffer.from(printValue(value, false)).toString('hex').toUpperCase();
    case 'c':
      return String.fromCodePoint(Number(value));
    case 'T':
      return value instanceof View ? value.typeName : typeName(value);
    default:
      return `%!${verb}(${typeName(value)}=${printValue(value, false)})`;
  }
}
