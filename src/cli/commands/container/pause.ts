import type { Invocation } from '../../invocation.ts';
import { forEachName } from '../for-each-name.ts';

/** `pause`: freezes containers. */
export async function run(call: Invocation): Promise<number> {
  const client = await call.connect();
  return await forEachName(call, call.args, (name) => client.containers.pause(name));
}
