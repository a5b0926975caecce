import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

import { EngineError, messageOf, systemCode } from '../base/index.ts';
import { rareBytes } from './rare-compression.ts';
import { alignedFrames } from './zstd-frames.ts';

/** How a stream is compressed, told from its first bytes. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const magics: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/** Bytes that `compressionOf` wants to see. */
export const magicBytes = 6;

/** The compression of a stream that begins with `head`. A skippable zstd frame, as estargz-like tools put first, counts too. */
export function compressionOf(head: Uint8Array): Compression {
  if (head.length >= 4 && ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return 'zstd';
  return magics.find(([, magic]) => magic.every((byte, at) => head[at] === byte))?.[0] ?? 'none';
}

/** The plain bytes of a stream: gzip, zstd, xz and bzip2 unpacked in the process, anything else as it is. Throws INVALID_ARGUMENT for broken ones. */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const { head, all } = await peek(source);
  const compression = compressionOf(head);
  if (compression === 'none') yield* buffers(all);
  else if (compression === 'xz' || compression === 'bzip2') yield* rareBytes(all, compression);
  else yield* unpacked(all, compression);
}

async function* unpacked(source: AsyncIterable<Uint8Array>, compression: 'gzip' | 'zstd'): AsyncGenerator<Buffer> {
  const input = Readable.from(compression === 'zstd' ? alignedFrames(source) : source, { objectMode: false, highWaterMark: 1 << 20 });
  const output = input.pipe(decompressor(compression));
  input.on('error', (error) => output.destroy(error));
  try {
    yield* output as AsyncIterable<Buffer>;
  } catch (cause) {
    throw /^(Z_|ZSTD_|ERR_ZSTD|ERR_ZLIB)/.test(systemCode(cause) ?? '')
      ? new EngineError('INVALID_ARGUMENT', `${compression}: invalid data: ${messageOf(cause)}`, { cause })
      : cause;
  } finally {
    input.destroy();
  }
}

/** Room for several chunks of output, so that unpacking goes on in its own thread while the reader works. */
const outputOptions = { chunkSize: 1 << 18, readableHighWaterMark: 4 << 20 };

function decompressor(compression: 'gzip' | 'zstd'): ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress> {
  return compression === 'gzip' ? createGunzip(outputOptions) : createZstdDecompress(outputOptions);
}

async function peek(source: AsyncIterable<Uint8Array>): Promise<{ head: Buffer; all: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < magicBytes) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = head.length === 0 ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.concat([head, value]);
  }
  return { head, all: rejoined(head, iterator) };
}

async function* rejoined(head: Buffer, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

async function* buffers(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of source) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
