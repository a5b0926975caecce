import { createReadStream, statSync } from 'node:fs';
import { fileError } from '../../flags/env.ts';
import { referenceProblem, splitReference } from '../../image-name.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { showProgress } from '../../terminal/progress.ts';

/** `import`: makes an image out of a tar archive of a file system: a file, stdin, or a URL that the engine fetches. */
export async function run({ args, flags, stdin, stdout, connect }: Invocation): Promise<void> {
  const [source = '', reference = ''] = args;
  const problem = reference && referenceProblem(reference);
  if (problem) throw new ExitError(1, problem);
  const { repository, tag } = splitReference(reference);
  const archive = /^https?:\/\//.test(source) ? source : source === '-' ? stdin : openFile(source);
  const client = await connect();
  const messages = client.images.import(archive as AsyncIterable<Uint8Array> | string, {
    repo: repository || undefined,
    tag: tag || undefined,
    message: flags.string('message') || undefined,
    changes: flags.list('change'),
    platform: flags.string('platform') || undefined,
  });
  await showProgress(messages, stdout);
}

function openFile(file: string): ReturnType<typeof createReadStream> {
  try {
    statSync(file);
  } catch (error) {
    throw new ExitError(1, fileError('open', file, error).message);
  }
  return createReadStream(file);
}
