import type { NetworkCreateBody, NetworkCreateResponse } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Creates a network. CONFLICT when the name is taken. */
export function networkCreate(connection: Connection, body: NetworkCreateBody): Promise<NetworkCreateResponse> {
  return connection.json('POST', '/networks/create', { json: body });
}
