import { EngineError } from '../base/index.ts';

/** Media type of a POST /build body that carries more than one context: parts in the order the client has them, no part twice. */
export const BUILD_PARTS = 'application/vnd.slipway.build.v1';

/** A part of the body: the build context (a tar, or its `ContextListing` as JSON), a further named context (a tar), or a secret's bytes. */
export interface BuildPart {
  readonly kind: 'context' | 'listing' | 'named-context' | 'secret';
  /** Name of a named context, id of a secret; "" for the main one. */
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
}

const HEAD = 0;
const DATA = 1;
const END = 2;
const HEADER_BYTES = 5;
const MAX_FRAME_BYTES = 16 << 20;

/** Frames parts one after the other: [kind 1 byte, length 4 bytes big-endian] and the bytes; a head frame holds JSON. */
export async function* encodeBuildParts(parts: AsyncIterable<BuildPart> | Iterable<BuildPart>): AsyncGenerator<Uint8Array> {
  for await (const { kind, name, body } of parts) {
    yield frame(HEAD, Buffer.from(JSON.stringify({ kind, name })));
    for await (const chunk of body) if (chunk.length > 0) yield* [frameHeader(DATA, chunk.length), chunk];
    yield frame(END, Buffer.alloc(0));
  }
}

/** Reads what `encodeBuildParts` wrote. Each part's body must be read to its end, or not at all, before the next is asked for. */
export async function* decodeBuildParts(source: AsyncIterable<Uint8Array>): AsyncGenerator<BuildPart> {
  const frames = framesOf(source);
  for (;;) {
    const head = await frames.next();
    if (head.done) return;
    if (head.value.kind !== HEAD) throw malformed('a part without head');
    const part = { ...parseHead(head.value.data), body: partBody(frames) };
    yield part;
    for await (const _ of part.body);
  }
}

async function* partBody(frames: AsyncGenerator<Frame>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const next = await frames.next();
    if (next.done) throw malformed('a part that does not end');
    if (next.value.kind === END) return;
    if (next.value.kind !== DATA) throw malformed('a head inside a part');
    yield next.value.data;
  }
}

interface Frame {
  readonly kind: number;
  readonly data: Buffer;
}

async function* framesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES) {
      const length = rest.readUInt32BE(1);
      if (length > MAX_FRAME_BYTES) throw malformed('a frame that is too long');
      if (rest.length < HEADER_BYTES + length) break;
      yield { kind: rest[0] ?? 0, data: rest.subarray(HEADER_BYTES, HEADER_BYTES + length) };
      rest = rest.subarray(HEADER_BYTES + length);
    }
  }
  if (rest.length > 0) throw malformed('a cut frame');
}

function parseHead(data: Buffer): { kind: BuildPart['kind']; name: string } {
  const head = JSON.parse(data.toString()) as { kind?: unknown; name?: unknown };
  const { kind, name } = head;
  if ((kind !== 'context' && kind !== 'listing' && kind !== 'named-context' && kind !== 'secret') || typeof name !== 'string')
    throw malformed('an unknown part');
  return { kind, name };
}

function frame(kind: number, data: Uint8Array): Buffer {
  return Buffer.concat([frameHeader(kind, data.length), data]);
}

function frameHeader(kind: number, length: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = kind;
  header.writeUInt32BE(length, 1);
  return header;
}

function malformed(what: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', `malformed build body: ${what}`);
}
