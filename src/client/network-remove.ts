import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Removes a network. PERMISSION_DENIED when containers are on it. */
export async function networkRemove(connection: Connection, name: string): Promise<void> {
  await connection.status('DELETE', `/networks/${segment(name)}`);
}
