import type { ContainerSummary, Filters } from '../api/index.ts';
import type { Connection } from './types.ts';

/** `all` includes stopped ones; `limit` is the number of newest ones; `size` adds disk use, which is slow. */
export interface ContainerListOptions {
  readonly all?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly size?: boolean | undefined;
  readonly filters?: Filters | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Containers, newest first. */
export function containerList(connection: Connection, options: ContainerListOptions = {}): Promise<ContainerSummary[]> {
  const { all, limit, size, filters, signal } = options;
  return connection.json('GET', '/containers/json', { query: { all: all || undefined, limit, size: size || undefined, filters }, signal });
}
