import type { Connection } from './types.ts';

/** What an engine says of itself in the headers of a ping. */
export interface Ping {
  readonly apiVersion: string;
  readonly osType: string;
  readonly builderVersion: string;
  readonly experimental: boolean;
  readonly server: string;
}

/** Asks whether an engine is there. */
export async function systemPing(connection: Connection, options: { signal?: AbortSignal } = {}): Promise<Ping> {
  const { headers, body } = await connection.call('GET', '/_ping', { signal: options.signal });
  await body.text();
  return {
    apiVersion: headers['api-version'] ?? '1.24',
    osType: headers['ostype'] ?? 'linux',
    builderVersion: headers['builder-version'] ?? '',
    experimental: headers['docker-experimental'] === 'true',
    server: headers['server'] ?? '',
  };
}
