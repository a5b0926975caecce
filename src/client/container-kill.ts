import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Sends a signal ("SIGKILL", "HUP", "9") to a container's first process. CONFLICT when it is not running. */
export async function containerKill(connection: Connection, id: string, signal?: string): Promise<void> {
  await connection.status('POST', `/containers/${segment(id)}/kill`, { query: { signal } });
}
