import { type Filters, formatFilters } from '../api/index.ts';
import type { Query } from './types.ts';

/** "?all=true&filters=…" of a query, "" of an empty one. Booleans become "1" and "0", as the Docker CLI sends them. */
export function queryText(query: Query | undefined): string {
  if (!query) return '';
  const parts: string[] = [];
  for (const [key, value] of Object.entries(query)) {
    for (const text of texts(value)) parts.push(`${encodeURIComponent(key)}=${encodeURIComponent(text)}`);
  }
  return parts.length ? `?${parts.join('&')}` : '';
}

function texts(value: Query[string]): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'boolean') return [value ? '1' : '0'];
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value as readonly string[];
  const filters = formatFilters(value as Filters);
  return filters === undefined ? [] : [filters];
}

/** A path segment: an id or a name such as "a/b:c", whose slashes the engine's routes expect as they are. */
export function segment(text: string): string {
  return text.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':').replaceAll('%40', '@');
}
