import type { Filters, ImagesPruned } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Removes unused images; `dangling: ["false"]` all unused ones, not only the nameless. */
export function imagePrune(connection: Connection, filters: Filters = {}): Promise<ImagesPruned> {
  return connection.json('POST', '/images/prune', { query: { filters } });
}
