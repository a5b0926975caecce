import type { Invocation } from '../../invocation.ts';
import { forEachName } from '../for-each-name.ts';
import { stopOptions } from './stop-options.ts';

/** `stop`: asks containers to end, and kills them when they do not. */
export async function run(call: Invocation): Promise<number> {
  const client = await call.connect();
  const options = stopOptions(call.flags);
  return await forEachName(call, call.args, (name) => client.containers.stop(name, options));
}
