import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Takes a container off a network. */
export async function networkDisconnect(
  connection: Connection,
  network: string,
  container: string,
  options: { force?: boolean | undefined } = {},
): Promise<void> {
  await connection.status('POST', `/networks/${segment(network)}/disconnect`, { json: { Container: container, Force: options.force === true } });
}
