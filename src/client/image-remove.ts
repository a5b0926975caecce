import type { ImageDeleteItem } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Untags an image and deletes it with its last name. CONFLICT when a container uses it. */
export function imageRemove(
  connection: Connection,
  name: string,
  options: { force?: boolean | undefined; noPrune?: boolean | undefined; platforms?: readonly string[] | undefined } = {},
): Promise<ImageDeleteItem[]> {
  const query = { force: options.force || undefined, noprune: options.noPrune || undefined, platforms: options.platforms };
  return connection.json('DELETE', `/images/${segment(name)}`, { query });
}
