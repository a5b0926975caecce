import type { Invocation } from '../../invocation.ts';
import { forEachName } from '../for-each-name.ts';

/** `volume rm`: removes volumes and prints their names. */
export async function run(call: Invocation): Promise<number> {
  const client = await call.connect();
  return await forEachName(call, call.args, (name) => client.volumes.remove(name, { force: call.flags.bool('force') }));
}
