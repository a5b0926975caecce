import type { Body } from './body.ts';
import type { Connection } from './types.ts';

/** Images with all their layers as one tar stream. */
export async function imageSave(
  connection: Connection,
  names: readonly string[],
  options: { platforms?: readonly string[] | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Body> {
  return (await connection.call('GET', '/images/get', { query: { names, platform: options.platforms }, signal: options.signal })).body;
}
