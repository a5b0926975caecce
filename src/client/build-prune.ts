import type { BuildCachePruned, Filters } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Which part of the build cache goes; sizes in bytes. */
export interface BuildPruneOptions {
  readonly all?: boolean | undefined;
  readonly reservedSpace?: number | undefined;
  readonly maxUsedSpace?: number | undefined;
  readonly minFreeSpace?: number | undefined;
  readonly filters?: Filters | undefined;
}

/** Removes build cache. */
export function buildPrune(connection: Connection, options: BuildPruneOptions = {}): Promise<BuildCachePruned> {
  const { all, reservedSpace, maxUsedSpace, minFreeSpace, filters } = options;
  const query = { all: all || undefined, 'reserved-space': reservedSpace, 'max-used-space': maxUsedSpace, 'min-free-space': minFreeSpace, filters };
  return connection.json('POST', '/build/prune', { query });
}
