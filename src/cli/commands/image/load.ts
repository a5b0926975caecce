import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileError } from '../../flags/env.ts';
import { parsePlatform } from '../../flags/platform.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { showProgress } from '../../terminal/progress.ts';

/** `load`: loads images from a file or stdin. */
export async function run({ flags, stdin, stdout, connect }: Invocation): Promise<void> {
  const file = flags.string('input');
  if (file === '' && stdin.isTTY) throw new ExitError(1, 'requested load from stdin, but stdin is empty');
  const source: Readable = file === '' ? stdin : openFile(file);
  const platform = parsePlatform(flags.string('platform'));
  const client = await connect();
  const messages = client.images.load(source as AsyncIterable<Uint8Array>, {
    quiet: flags.bool('quiet') || !stdout.isTTY,
    platforms: platform ? [platform] : undefined,
  });
  await showProgress(messages, stdout);
}

function openFile(file: string): Readable {
  try {
    statSync(file);
  } catch (error) {
    throw new ExitError(1, fileError('open', file, error).message);
  }
  return createReadStream(file, { highWaterMark: 1 << 20 });
}
