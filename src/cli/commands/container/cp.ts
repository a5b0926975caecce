import { copyFrom, copyToStream } from '../../copy/copy-from.ts';
import { parsePlace } from '../../copy/copy-place.ts';
import { copyFromStream, copyTo } from '../../copy/copy-to.ts';
import { humanSize } from '../../format/units.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `cp`: copies files out of a container, or into one. */
export async function run(call: Invocation): Promise<void> {
  const { args, flags, stdin, stdout, stderr } = call;
  const [first = '', second = ''] = args;
  if (first === '') throw new ExitError(1, 'source can not be empty');
  if (second === '') throw new ExitError(1, 'destination can not be empty');
  const [from, to] = [parsePlace(first), parsePlace(second)];
  if (from.container !== undefined && to.container !== undefined) throw new ExitError(1, 'copying between containers is not supported');
  if (from.container === undefined && to.container === undefined) throw new ExitError(1, 'must specify at least one container source');
  const client = await call.connect();
  let bytes = 0;
  const options = { follow: flags.bool('follow-link'), keepOwner: flags.bool('archive'), onBytes: (count: number) => void (bytes += count) };
  if (from.container !== undefined) {
    if (to.path === '-') return await copyToStream(client, from.container, from.path, options.follow, stdout);
    await copyFrom(client, from.container, from.path, to.path, options);
  } else if (to.container !== undefined) {
    if (from.path === '-') return await copyFromStream(client, stdin as AsyncIterable<Uint8Array>, to.container, to.path, options);
    await copyTo(client, from.path, to.container, to.path, options);
  }
  const quiet = flags.changed('quiet') ? flags.bool('quiet') : !stdout.isTTY;
  if (!quiet) stderr.write(`Successfully copied ${humanSize(bytes, 3)} to ${second}\n`);
}
