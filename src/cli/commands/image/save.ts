import { pipeline } from 'node:stream/promises';
import { parsePlatform } from '../../flags/platform.ts';
import type { Invocation } from '../../invocation.ts';
import { openOutput } from '../../terminal/open-output.ts';

/** `save`: images with all their layers as a tar archive, to a file or to stdout. */
export async function run(call: Invocation): Promise<void> {
  const { args, flags, connect } = call;
  const output = openOutput(call, flags.string('output'), 'failed to save image');
  const platform = parsePlatform(flags.string('platform'));
  const client = await connect();
  const tar = await client.images.save(args, { platforms: platform ? [platform] : undefined });
  await pipeline(tar, output.open(), { end: output.isFile });
  output.keep();
}
