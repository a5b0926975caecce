import type { Filters, NetworksPruned } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Removes networks that no container is on. */
export function networkPrune(connection: Connection, filters: Filters = {}): Promise<NetworksPruned> {
  return connection.json('POST', '/networks/prune', { query: { filters } });
}
