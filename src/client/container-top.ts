import type { ContainerTop } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** The processes of a running container, as `ps` with `psArgs` ("-ef") shows them. */
export function containerTop(connection: Connection, id: string, psArgs?: string): Promise<ContainerTop> {
  return connection.json('GET', `/containers/${segment(id)}/top`, { query: { ps_args: psArgs || undefined } });
}
