import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Removes a volume. CONFLICT when a container uses it. */
export async function volumeRemove(connection: Connection, name: string, options: { force?: boolean | undefined } = {}): Promise<void> {
  await connection.status('DELETE', `/volumes/${segment(name)}`, { query: { force: options.force || undefined } });
}
