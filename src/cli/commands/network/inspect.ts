import { segment } from '../../../client/index.ts';
import { inspectObjects } from '../../format/inspect.ts';
import { rawJson } from '../../format/raw-json.ts';
import type { Invocation } from '../../invocation.ts';

/** `network inspect`. */
export async function run(call: Invocation): Promise<number> {
  const client = await call.connect();
  const verbose = call.flags.bool('verbose') || undefined;
  return await inspectObjects(call, call.args, (name) => rawJson(client, `/networks/${segment(name)}`, { verbose }), { times: ['Created'] });
}
