import type { ContainerWaitResponse, WaitCondition } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/**
 * Waits for a container's end. The outer promise settles when the engine has registered the wait, so that a start that
 * follows cannot be missed; `exit` settles at the end.
 */
export async function containerWait(
  connection: Connection,
  id: string,
  options: { condition?: WaitCondition; signal?: AbortSignal | undefined } = {},
): Promise<{ exit: Promise<ContainerWaitResponse> }> {
  const { body } = await connection.call('POST', `/containers/${segment(id)}/wait`, { query: { condition: options.condition }, signal: options.signal });
  const exit = body.text().then((text) => JSON.parse(text) as ContainerWaitResponse);
  exit.catch(() => undefined);
  return { exit };
}
