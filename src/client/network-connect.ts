import type { EndpointSettings } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Puts a container on a network. */
export async function networkConnect(connection: Connection, network: string, container: string, endpoint: Partial<EndpointSettings> = {}): Promise<void> {
  await connection.status('POST', `/networks/${segment(network)}/connect`, { json: { Container: container, EndpointConfig: endpoint } });
}
