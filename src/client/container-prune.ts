import type { ContainersPruned, Filters } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Removes stopped containers. */
export function containerPrune(connection: Connection, filters: Filters = {}): Promise<ContainersPruned> {
  return connection.json('POST', '/containers/prune', { query: { filters } });
}
