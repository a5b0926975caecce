import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** How a container is asked to end: `signal` by name or number, then SIGKILL after `timeoutSeconds` (-1: never). Defaults are the container's own. */
export interface ContainerStopOptions {
  readonly signal?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly abort?: AbortSignal | undefined;
}

/** Stops a container and waits for its end. False when it had ended already. */
export async function containerStop(connection: Connection, id: string, options: ContainerStopOptions = {}): Promise<boolean> {
  const query = { signal: options.signal, t: options.timeoutSeconds };
  return (await connection.status('POST', `/containers/${segment(id)}/stop`, { query, signal: options.abort, accept: [304] })) !== 304;
}
