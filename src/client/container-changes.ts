import type { FilesystemChange } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Paths that differ from the image: Kind 0 changed, 1 added, 2 deleted. */
export async function containerChanges(connection: Connection, id: string): Promise<FilesystemChange[]> {
  return (await connection.json<FilesystemChange[] | null>('GET', `/containers/${segment(id)}/changes`)) ?? [];
}
