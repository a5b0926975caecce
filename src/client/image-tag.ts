import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Gives an image another name: repo "localhost:5000/app", tag "v1". */
export async function imageTag(connection: Connection, name: string, repo: string, tag?: string): Promise<void> {
  await connection.status('POST', `/images/${segment(name)}/tag`, { query: { repo, tag } });
}
