import type { Filters, VolumesPruned } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Removes anonymous volumes that nothing uses; `all: ["true"]` named ones too. */
export function volumePrune(connection: Connection, filters: Filters = {}): Promise<VolumesPruned> {
  return connection.json('POST', '/volumes/prune', { query: { filters } });
}
