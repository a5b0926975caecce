import type { PathStat } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** What a path of a container is. NOT_FOUND when nothing is there. */
export async function containerArchiveStat(connection: Connection, id: string, path: string): Promise<PathStat> {
  const { headers, body } = await connection.call('HEAD', `/containers/${segment(id)}/archive`, { query: { path } });
  await body.text();
  return decodePathStat(headers);
}

/** Reads the stat that travels in a header as base64 of JSON. */
export function decodePathStat(headers: Readonly<Record<string, string>>): PathStat {
  return JSON.parse(Buffer.from(headers['x-docker-container-path-stat'] ?? '', 'base64').toString()) as PathStat;
}
