import type { ImageInspect } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** All about an image, by reference, id or prefix. */
export function imageInspect(
  connection: Connection,
  name: string,
  options: { signal?: AbortSignal; platform?: string | undefined } = {},
): Promise<ImageInspect> {
  return connection.json('GET', `/images/${segment(name)}/json`, { query: { platform: options.platform }, signal: options.signal });
}
