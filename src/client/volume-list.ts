import type { Filters, VolumeList } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Volumes, and warnings of drivers that could not be asked. */
export function volumeList(connection: Connection, filters: Filters = {}): Promise<VolumeList> {
  return connection.json('GET', '/volumes', { query: { filters } });
}
