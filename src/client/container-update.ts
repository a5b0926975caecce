import type { ContainerUpdateBody } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Changes limits and restart policy of a container, running or not; gives the engine's warnings. */
export async function containerUpdate(connection: Connection, id: string, body: ContainerUpdateBody): Promise<readonly string[]> {
  const { Warnings } = await connection.json<{ Warnings: readonly string[] | null }>('POST', `/containers/${segment(id)}/update`, { json: body });
  return Warnings ?? [];
}
