import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

import { isEngineError } from '../../base/index.ts';
import { compressionOf, decompress, magicBytes, TarParser } from '../../tar/index.ts';

/** Part of a file on disk. */
export interface FilePart {
  readonly offset: number;
  readonly sizeBytes: number;
}

const TAR_BLOCK = 512;

/** The plain tar inside a file, when it is an archive (told by its contents, not its name): undefined for any other file. */
export async function openArchive(file: string, part: FilePart): Promise<AsyncIterable<Uint8Array> | undefined> {
  const head = await readHead(file, part);
  if (compressionOf(head.subarray(0, magicBytes)) === 'none') return isTar(head) ? streamOf(file, part) : undefined;
  return (await compressedTar(file, part)) ? decompress(streamOf(file, part)) : undefined;
}

async function readHead(file: string, { offset, sizeBytes }: FilePart): Promise<Buffer> {
  await using handle = await open(file);
  const head = Buffer.alloc(Math.min(TAR_BLOCK, sizeBytes));
  const { bytesRead } = await handle.read(head, 0, head.length, offset);
  return head.subarray(0, bytesRead);
}

/** A file that only looks compressed, or holds something else than a tar, is copied as it is. */
async function compressedTar(file: string, part: FilePart): Promise<boolean> {
  let head: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of decompress(streamOf(file, part))) {
      head = Buffer.concat([head, chunk]);
      if (head.length >= TAR_BLOCK) break;
    }
  } catch (error) {
    if (isEngineError(error, 'INVALID_ARGUMENT')) return false;
    throw error;
  }
  return isTar(head.subarray(0, TAR_BLOCK));
}

function isTar(head: Uint8Array): boolean {
  if (head.length < TAR_BLOCK || head.every((byte) => byte === 0)) return false;
  let found = false;
  try {
    new TarParser({ entry: () => (found = true), data: () => {}, end: () => {} }).write(head);
  } catch (error) {
    if (isEngineError(error)) return false;
    throw error;
  }
  return found || Buffer.from(head.subarray(257, 263)).toString('latin1').startsWith('ustar');
}

function streamOf(file: string, { offset, sizeBytes }: FilePart): AsyncIterable<Uint8Array> {
  if (sizeBytes === 0) return empty();
  return createReadStream(file, { start: offset, end: offset + sizeBytes - 1, highWaterMark: 1 << 20 });
}

async function* empty(): AsyncGenerator<Uint8Array> {}
