import type { ContainerStopOptions } from './container-stop.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Stops and starts a container. */
export async function containerRestart(connection: Connection, id: string, options: ContainerStopOptions = {}): Promise<void> {
  await connection.status('POST', `/containers/${segment(id)}/restart`, {
    query: { signal: options.signal, t: options.timeoutSeconds },
    signal: options.abort,
  });
}
