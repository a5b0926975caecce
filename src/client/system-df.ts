import type { DiskUsage } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Disk use by kind: "container", "image", "volume", "build-cache"; all without `types`. */
export function systemDf(connection: Connection, types: readonly string[] = []): Promise<DiskUsage> {
  return connection.json('GET', '/system/df', { query: { type: types } });
}
