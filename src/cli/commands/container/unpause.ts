import type { Invocation } from '../../invocation.ts';
import { forEachName } from '../for-each-name.ts';

/** `unpause`: lets frozen containers run on. */
export async function run(call: Invocation): Promise<number> {
  const client = await call.connect();
  return await forEachName(call, call.args, (name) => client.containers.unpause(name));
}
