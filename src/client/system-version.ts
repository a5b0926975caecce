import type { SystemVersion } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Versions of the engine and its parts. */
export function systemVersion(connection: Connection, options: { signal?: AbortSignal } = {}): Promise<SystemVersion> {
  return connection.json('GET', '/version', { signal: options.signal });
}
