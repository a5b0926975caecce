import { EngineError } from '../base/index.ts';

/** The streams of a multiplexed connection; 3 carries an error of the engine itself. */
export type StreamType = 0 | 1 | 2 | 3;
/** Names for `StreamType`. */
export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;
export const SYSTEM_ERROR = 3;

/** What runs on a hijacked or log connection: with a terminal raw bytes, else frames. */
export const RAW_STREAM = 'application/vnd.docker.raw-stream';
export const MULTIPLEXED_STREAM = 'application/vnd.docker.multiplexed-stream';

const HEADER_BYTES = 8;
const MAX_FRAME_BYTES = 64 << 20;

/** One frame: [type, 0, 0, 0, length big-endian in 4 bytes] and the bytes themselves. */
export interface StreamFrame {
  readonly type: StreamType;
  readonly data: Buffer;
}

/** Puts Docker's 8-byte head before `data`. Source: "Stream format" of ContainerAttach in the Engine API. */
export function encodeFrame(type: StreamType, data: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + data.length);
  frame.writeUInt32BE(type * 0x0100_0000, 0);
  frame.writeUInt32BE(data.length, 4);
  frame.set(data, HEADER_BYTES);
  return frame;
}

/** Cuts chunks of any size into frames; feed it every chunk in order. */
export class FrameDecoder {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are whole after `chunk`. Throws DATA_LOSS when the bytes are no frames. */
  push(chunk: Uint8Array): StreamFrame[] {
    let rest = this.#rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([this.#rest, chunk]);
    const frames: StreamFrame[] = [];
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + frameLength(rest);
      if (rest.length < end) break;
      frames.push({ type: rest[0] as StreamType, data: rest.subarray(HEADER_BYTES, end) });
      rest = rest.subarray(end);
    }
    this.#rest = rest;
    return frames;
  }

  /** Bytes of a frame that has begun and not ended: above 0 at the end of the stream, it was cut. */
  get pendingBytes(): number {
    return this.#rest.length;
  }
}

/** The frames of a whole stream. */
export async function* decodeFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<StreamFrame> {
  const decoder = new FrameDecoder();
  for await (const chunk of source) yield* decoder.push(chunk);
  if (decoder.pendingBytes > 0) throw new EngineError('DATA_LOSS', 'stream ended inside a frame');
}

function frameLength(head: Buffer): number {
  const length = head.readUInt32BE(4);
  if ((head[0] ?? 0) > 3 || length > MAX_FRAME_BYTES) throw new EngineError('DATA_LOSS', `Unrecognized input header: ${head[0]}`);
  return length;
}
