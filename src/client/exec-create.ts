import type { ExecCreateBody } from '../api/index.ts';
import type { IdResponse } from './id-response.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Prepares a command in a running container. CONFLICT when it is not running. */
export function execCreate(connection: Connection, container: string, body: ExecCreateBody): Promise<IdResponse> {
  return connection.json('POST', `/containers/${segment(container)}/exec`, { json: body });
}
