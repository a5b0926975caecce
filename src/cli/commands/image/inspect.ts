import { segment } from '../../../client/index.ts';
import { parsePlatform } from '../../flags/platform.ts';
import { inspectObjects } from '../../format/inspect.ts';
import { rawJson } from '../../format/raw-json.ts';
import type { Invocation } from '../../invocation.ts';

/** `image inspect`. */
export async function run(call: Invocation): Promise<number> {
  const client = await call.connect();
  const platform = parsePlatform(call.flags.string('platform'));
  return await inspectObjects(call, call.args, (name) => rawJson(client, `/images/${segment(name)}/json`, { platform }));
}
