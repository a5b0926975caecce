import { pipeline } from 'node:stream/promises';
import type { Invocation } from '../../invocation.ts';
import { openOutput } from '../../terminal/open-output.ts';

/** `export`: a container's file system as a tar archive, to a file or to stdout. */
export async function run(call: Invocation): Promise<void> {
  const { args, flags, connect } = call;
  const output = openOutput(call, flags.string('output'), 'failed to export container');
  const client = await connect();
  const tar = await client.containers.export(args[0] ?? '');
  await pipeline(tar, output.open(), { end: output.isFile });
  output.keep();
}
