import { segment } from './query.ts';
import type { Body } from './body.ts';
import type { Connection } from './types.ts';

/** A container's whole file system as a tar stream. */
export async function containerExport(connection: Connection, id: string, options: { signal?: AbortSignal } = {}): Promise<Body> {
  return (await connection.call('GET', `/containers/${segment(id)}/export`, { signal: options.signal })).body;
}
