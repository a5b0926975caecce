import type { Filters, NetworkInspect } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Networks, without their containers. */
export function networkList(connection: Connection, filters: Filters = {}): Promise<NetworkInspect[]> {
  return connection.json('GET', '/networks', { query: { filters } });
}
