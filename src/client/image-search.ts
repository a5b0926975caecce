import type { Filters, ImageSearchItem } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Searches the hub. */
export function imageSearch(
  connection: Connection,
  term: string,
  options: { limit?: number | undefined; filters?: Filters | undefined } = {},
): Promise<ImageSearchItem[]> {
  return connection.json('GET', '/images/search', { query: { term, limit: options.limit, filters: options.filters } });
}
