import { ReadableStream } from 'node:stream/web';

import { EngineError, messageOf } from '../base/index.ts';

/** The plain bytes of an xz or bzip2 stream. The decoders are loaded when the first such archive comes. Throws INVALID_ARGUMENT for bytes that are none. */
export async function* rareBytes(source: AsyncIterable<Uint8Array>, compression: 'xz' | 'bzip2'): AsyncGenerator<Buffer> {
  const output = compression === 'xz' ? xzOutput(source) : bzip2Output(source);
  try {
    for await (const chunk of output) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  } catch (cause) {
    throw cause instanceof EngineError ? cause : new EngineError('INVALID_ARGUMENT', `${compression}: invalid data: ${messageOf(cause)}`, { cause });
  }
}

async function* xzOutput(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // CommonJS: Node gives its exports as `default`, a bundler also by name.
  const module = (await import('xz-decompress')) as typeof import('xz-decompress') & { default?: typeof import('xz-decompress') };
  const { XzReadableStream } = module.default ?? module;
  const reader = new XzReadableStream(ReadableStream.from(source)).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {}); // Where it has decoded ahead to the end, it has put itself away already.
  }
}

/** The decoder is a stream of the oldest kind, which works at once: what a write makes is there when it returns. */
async function* bzip2Output(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { default: unbzip2 } = await import('unbzip2-stream');
  const decoder = unbzip2();
  const pieces: Buffer[] = [];
  const failures: Error[] = [];
  decoder.on('data', (piece: Buffer) => pieces.push(piece)).on('error', (error) => failures.push(error));
  for await (const chunk of source) {
    decoder.write(Buffer.from(chunk));
    for (const failure of failures) throw failure;
    yield* pieces.splice(0);
  }
  decoder.end();
  for (const failure of failures) throw failure;
  yield* pieces;
}
