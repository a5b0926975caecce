import type { PathStat } from '../api/index.ts';
import { decodePathStat } from './container-archive-stat.ts';
import { segment } from './query.ts';
import type { Body } from './body.ts';
import type { Connection } from './types.ts';

/** A file or folder of a container as a tar stream. NOT_FOUND names the path. */
export async function containerArchiveGet(
  connection: Connection,
  id: string,
  path: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<{ stat: PathStat; tar: Body }> {
  const { headers, body } = await connection.call('GET', `/containers/${segment(id)}/archive`, { query: { path }, signal: options.signal });
  return { stat: decodePathStat(headers), tar: body };
}
