import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Starts a container. False when it ran already. */
export async function containerStart(
  connection: Connection,
  id: string,
  options: { detachKeys?: string | undefined; checkpoint?: string | undefined; checkpointDir?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<boolean> {
  const query = { detachKeys: options.detachKeys, checkpoint: options.checkpoint, 'checkpoint-dir': options.checkpointDir };
  return (await connection.status('POST', `/containers/${segment(id)}/start`, { query, signal: options.signal, accept: [304] })) !== 304;
}
