import { resolve } from 'node:path';
import { type BuildContext, openBuildContext, openDockerfileOnly } from '../../../build-context/index.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { readAll } from '../../terminal/prompt.ts';

/** Opens PATH with the Dockerfile of -f; "-" is an archive or the text of a Dockerfile on stdin, "-f -" a Dockerfile on stdin for a folder. */
export async function openContext({ flags, stdin }: Invocation, path: string): Promise<BuildContext> {
  const file = flags.string('file');
  if (/^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(path))
    throw new ExitError(1, `a build context cannot be fetched from ${path}: fetch the files and give their folder`);
  if (path === '-') {
    if (file === '-') throw new ExitError(1, "invalid argument: can't use stdin for both build context and dockerfile");
    return await fromStdin(stdin, file);
  }
  if (file === '-') return openBuildContext({ directory: path, dockerfileText: await readAll(stdin) });
  return openBuildContext({ directory: path, ...(file === '' ? {} : { dockerfile: resolve(file) }) });
}

/** Archives begin with a header of zeros and digits or a compressor's magic; a Dockerfile begins with words. */
async function fromStdin(stdin: NodeJS.ReadStream, file: string): Promise<BuildContext> {
  const source = stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await source.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  const rest = (async function* () {
    yield head;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  })();
  if (isArchive(head)) return { dockerfile: file || 'Dockerfile', body: rest };
  return openDockerfileOnly(Buffer.concat(await Array.fromAsync(rest)).toString());
}

function isArchive(head: Buffer): boolean {
  const magic = head.subarray(0, 4).toString('hex');
  return head.includes(0) || /^(1f8b|28b52ffd|fd377a58|425a68)/.test(magic);
}
