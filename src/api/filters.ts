import { EngineError } from '../base/index.ts';

/** What to list: every name must hold, each by one of its values. `{"status": ["running", "paused"], "label": ["a=b"]}`. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** Reads the query parameter: `{"name": ["value"]}` or, from clients before API 1.22, `{"name": {"value": true}}`. */
export function parseFilters(text: string | null | undefined): Filters {
  if (!text) return {};
  const value = parseObject(text);
  return Object.fromEntries(Object.entries(value).map(([name, values]) => [name, filterValues(values)]));
}

/** Writes the query parameter, or undefined when there is nothing to filter. */
export function formatFilters(filters: Filters): string | undefined {
  const used = Object.entries(filters).filter(([, values]) => values.length > 0);
  if (used.length === 0) return undefined;
  return JSON.stringify(Object.fromEntries(used.map(([name, values]) => [name, Object.fromEntries(values.map((value) => [value, true]))])));
}

/** Refuses a filter whose name is not `accepted`, in Docker's words. */
export function checkFilters(filters: Filters, accepted: readonly string[]): void {
  for (const name of Object.keys(filters)) {
    if (!accepted.includes(name)) throw new EngineError('INVALID_ARGUMENT', `invalid filter '${name}'`);
  }
}

/** True when `name` is not asked for, or one of its values satisfies `test`. */
export function matchesFilter(filters: Filters, name: string, test: (value: string) => boolean): boolean {
  const values = filters[name];
  return values === undefined || values.length === 0 || values.some(test);
}

/** True when every `label` value ("key" or "key=value") is among `labels`, and no `label!` value is. */
export function matchesLabels(filters: Filters, labels: Readonly<Record<string, string>> | null | undefined): boolean {
  const has = (wanted: string): boolean => {
    const [key, value] = splitOnce(wanted);
    const found = labels?.[key];
    return found !== undefined && (value === undefined || found === value);
  };
  return (filters['label'] ?? []).every(has) && !(filters['label!'] ?? []).some(has);
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', 'invalid filter', { cause });
  }
  throw new EngineError('INVALID_ARGUMENT', 'invalid filter');
}

function filterValues(values: unknown): string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values;
  if (typeof values === 'object' && values !== null && !Array.isArray(values))
    return Object.keys(values).filter((key) => (values as Record<string, unknown>)[key] !== false);
  throw new EngineError('INVALID_ARGUMENT', 'invalid filter');
}
