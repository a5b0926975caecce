import type { ImageHistoryItem } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** An image's steps, newest first. */
export function imageHistory(connection: Connection, name: string): Promise<ImageHistoryItem[]> {
  return connection.json('GET', `/images/${segment(name)}/history`);
}
