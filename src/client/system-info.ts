import type { SystemInfo } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Facts of the engine and its host. */
export function systemInfo(connection: Connection): Promise<SystemInfo> {
  return connection.json('GET', '/info');
}
