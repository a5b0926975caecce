import { readFileSync } from 'node:fs';
import { createGzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { messageOf } from '../../../base/index.ts';
import { openBuildContext, openDockerfileOnly } from '../../../client/index.ts';
import type { BuildContext } from '../../../client/index.ts';
import { compressionOf } from '../../../tar/index.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** Opens what is to be built: a folder, "-" for an archive or a Dockerfile on stdin, or the address of either. */
export async function openContext(call: Invocation, path: string): Promise<BuildContext> {
  const context = await openUncompressed(call, path);
  return call.flags.bool('compress') ? { ...context, body: Readable.from(context.body, { objectMode: false }).pipe(createGzip()) } : context;
}

async function openUncompressed({ flags, stdin }: Invocation, path: string): Promise<BuildContext> {
  const file = flags.string('file');
  if (isGit(path)) throw new ExitError(1, `a git repository cannot be the build context: clone ${path} and give the folder`);
  if (/^https?:\/\//.test(path)) return await fromStream(await download(path), file);
  if (path === '-') {
    if (file === '-') throw new ExitError(1, 'invalid argument: cannot use stdin for both build context and dockerfile');
    if (stdin.isTTY) throw new ExitError(1, 'no build context on stdin: give a folder, or pipe an archive or a Dockerfile into this command');
    return await fromStream(stdin, file);
  }
  if (file === '-') return openBuildContext({ directory: path, dockerfileText: readFileSync(0, 'utf8') });
  return openBuildContext({ directory: path, ...(file === '' ? {} : { dockerfile: file }) });
}

function isGit(path: string): boolean {
  return /^(git|ssh):\/\/|^git@|^github\.com\/|^https?:\/\/.*\.git(#.*)?$/.test(path);
}

async function download(url: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    const response = await fetch(url);
    if (response.ok && response.body) return Readable.fromWeb(response.body);
    throw new ExitError(1, `failed to fetch build context ${url}: ${response.status} ${response.statusText}`);
  } catch (error) {
    if (error instanceof ExitError) throw error;
    throw new ExitError(1, `failed to fetch build context ${url}: ${messageOf(error)}`);
  }
}

const TAR_BLOCK = 512;
const DOCKERFILE_LIMIT = 16 << 20;

/** An archive, told by its first bytes; anything else is the text of a Dockerfile. */
async function fromStream(source: AsyncIterable<Uint8Array>, file: string): Promise<BuildContext> {
  const iterator = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let ended = false;
  while (head.length < TAR_BLOCK && !ended) {
    const next = await iterator.next();
    ended = next.done === true;
    if (!next.done) head = Buffer.concat([head, next.value]);
  }
  const isArchive = compressionOf(head) !== 'none' || head.subarray(257, 262).toString('latin1') === 'ustar';
  if (isArchive) return { dockerfile: file || 'Dockerfile', body: joined(head, iterator) };
  let text = head;
  for await (const chunk of joined(Buffer.alloc(0), iterator)) {
    text = Buffer.concat([text, chunk]);
    if (text.length > DOCKERFILE_LIMIT) throw new ExitError(1, 'the Dockerfile on stdin is too long');
  }
  return openDockerfileOnly(text.toString());
}

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
