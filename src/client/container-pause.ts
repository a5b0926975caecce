import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Freezes all processes of a container. */
export async function containerPause(connection: Connection, id: string): Promise<void> {
  await connection.status('POST', `/containers/${segment(id)}/pause`);
}
