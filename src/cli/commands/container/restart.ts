import type { Invocation } from '../../invocation.ts';
import { forEachName } from '../for-each-name.ts';
import { stopOptions } from './stop-options.ts';

/** `restart`: stops containers and starts them again. */
export async function run(call: Invocation): Promise<number> {
  const client = await call.connect();
  const options = stopOptions(call.flags);
  return await forEachName(call, call.args, (name) => client.containers.restart(name, options));
}
