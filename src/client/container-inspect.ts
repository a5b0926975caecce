import type { ContainerInspect } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** All about one container, by id, prefix or name. */
export function containerInspect(connection: Connection, id: string, options: { size?: boolean; signal?: AbortSignal } = {}): Promise<ContainerInspect> {
  return connection.json('GET', `/containers/${segment(id)}/json`, { query: { size: options.size || undefined }, signal: options.signal });
}
