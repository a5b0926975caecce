import type { Invocation } from '../../invocation.ts';
import { forEachName } from '../for-each-name.ts';

/** `kill`: sends a signal to containers, SIGKILL unless another is named. */
export async function run(call: Invocation): Promise<number> {
  const client = await call.connect();
  const signal = call.flags.string('signal') || undefined;
  return await forEachName(call, call.args, (name) => client.containers.kill(name, signal));
}
