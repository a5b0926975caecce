import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Gives a container another name. CONFLICT when that is taken. */
export async function containerRename(connection: Connection, id: string, name: string): Promise<void> {
  await connection.status('POST', `/containers/${segment(id)}/rename`, { query: { name } });
}
