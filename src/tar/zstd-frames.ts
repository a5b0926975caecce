import { EngineError } from '../base/index.ts';

const frameMagic = 0xfd2fb528;

/**
 * Cuts a zstd stream so that each frame ends at the end of a chunk, and leaves out skippable frames: Node's decompressor loses what follows a frame
 * within one chunk. Tools that make layers seekable write thousands of frames. Source: RFC 8878, section 3.1.
 */
export async function* alignedFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const walk = new FrameWalk();
  for await (const chunk of source) yield* walk.take(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
}

/** What the next bytes are. */
type Part = 'magic' | 'skipSize' | 'descriptor' | 'header' | 'blockHeader' | 'block' | 'checksum' | 'skip';

class FrameWalk {
  #part: Part = 'magic';
  /** Bytes of a header that are gathered before they are read. */
  #held: Buffer = Buffer.alloc(0);
  #need = 4;
  #hasChecksum = false;
  #lastBlock = false;

  *take(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    for (let at = 0; at < chunk.length;) {
      const before = this.#part;
      const magic = Buffer.concat([this.#held, chunk.subarray(at, at + this.#need)]);
      at += this.#advance(chunk.subarray(at));
      if (this.#isOutside(before)) {
        // The magic number was held back until it was known what it begins.
        if (this.#part === 'descriptor') yield magic;
        start = at;
      } else if (this.#part === 'magic') {
        yield chunk.subarray(start, at);
        start = at;
      }
    }
    if (start < chunk.length) yield chunk.subarray(start);
  }

  /** True for what is not sent on as it comes. */
  #isOutside(part: Part): boolean {
    return part === 'magic' || part === 'skipSize' || part === 'skip';
  }

  /** Takes bytes of one part; answers how many. */
  #advance(bytes: Buffer): number {
    const taken = Math.min(this.#need, bytes.length);
    if (this.#part !== 'block' && this.#part !== 'skip' && this.#part !== 'checksum') this.#held = Buffer.concat([this.#held, bytes.subarray(0, taken)]);
    this.#need -= taken;
    if (this.#need === 0) this.#finishPart();
    return taken;
  }

  #finishPart(): void {
    const bytes = this.#held;
    this.#held = Buffer.alloc(0);
    switch (this.#part) {
      case 'magic':
        return this.#begin(bytes.readUInt32LE());
      case 'skipSize':
        return this.#expect('skip', bytes.readUInt32LE());
      case 'descriptor':
        return this.#describe(bytes.readUInt8());
      case 'header':
        return this.#expect('blockHeader', 3);
      case 'blockHeader':
        return this.#block(bytes.readUIntLE(0, 3));
      case 'block':
        return this.#lastBlock ? this.#expect(this.#hasChecksum ? 'checksum' : 'magic', 4) : this.#expect('blockHeader', 3);
      default:
        return this.#expect('magic', 4);
    }
  }

  #expect(part: Part, need: number): void {
    this.#part = part;
    this.#need = need;
    if (need === 0) this.#finishPart();
  }

  #begin(magic: number): void {
    if (magic >>> 4 === 0x184d2a5) return this.#expect('skipSize', 4);
    if (magic !== frameMagic) throw new EngineError('INVALID_ARGUMENT', 'zstd: invalid data: unknown frame descriptor');
    this.#expect('descriptor', 1);
  }

  #describe(descriptor: number): void {
    const singleSegment = (descriptor & 0x20) !== 0;
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    const contentSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
    this.#expect('header', contentSize + dictionary + (singleSegment ? 0 : 1));
  }

  #block(header: number): void {
    this.#lastBlock = (header & 1) !== 0;
    const kind = (header >> 1) & 3;
    this.#expect('block', kind === 1 ? 1 : header >> 3);
  }
}
