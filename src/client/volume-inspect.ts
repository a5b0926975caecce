import type { Volume } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** All about a volume. */
export function volumeInspect(connection: Connection, name: string): Promise<Volume> {
  return connection.json('GET', `/volumes/${segment(name)}`);
}
