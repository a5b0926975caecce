import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Lets a frozen container run on. */
export async function containerUnpause(connection: Connection, id: string): Promise<void> {
  await connection.status('POST', `/containers/${segment(id)}/unpause`);
}
