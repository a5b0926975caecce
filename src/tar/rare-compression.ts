import { ReadableStream } from 'node:stream/web';
import { setImmediate as turn } from 'node:timers/promises';

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

/**
 * Block by block, each with a turn for others: 40 bytes may make 46 million, and the package's own stream makes all it can at once.
 * Source: index.js of unbzip2-stream.
 */
async function* bzip2Output(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [{ default: bzip2 }, { default: bitIterator }] = await Promise.all([
    import('unbzip2-stream/lib/bzip2.js'),
    import('unbzip2-stream/lib/bit_iterator.js'),
  ]);
  const queue: Buffer[] = [];
  const bits = { reader: undefined as ReturnType<typeof bitIterator> | undefined, received: 0 };
  let level = 0;
  let sum: number | null = 0;
  /** Bytes that came and were not read. */
  const waiting = (): number => bits.received - (bits.reader?.bytesRead ?? 0);
  const next = (reader: ReturnType<typeof bitIterator>): Uint8Array => {
    const output = new Output();
    if (level === 0) [level, sum] = [bzip2.header(reader), 0];
    else sum = bzip2.decompress(reader, (byte) => output.push(byte), new Int32Array(level * 100_000), level * 100_000, sum ?? 0);
    if (sum === null) level = 0; // The end of one stream; another may follow.
    return output.bytes();
  };
  for await (const chunk of source) {
    queue.push(Buffer.from(chunk));
    bits.received += chunk.length;
    bits.reader ??= bitIterator(() => queue.shift());
    // So much a block takes at most.
    for (; waiting() >= 25_000 + level * 100_000; await turn()) yield next(bits.reader);
  }
  for (; bits.reader && waiting() > 0; await turn()) yield next(bits.reader);
  if (level !== 0) throw new Error('input stream ended prematurely');
}

/** Bytes that come one by one. */
class Output {
  #buffer = Buffer.alloc(0);
  #used = 0;

  push(byte: number): void {
    if (this.#used === this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], Math.max(1 << 20, 2 * this.#used));
    this.#buffer[this.#used++] = byte;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#used);
  }
}
