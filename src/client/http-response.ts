import { EngineError } from '../base/index.ts';
import type { Wire } from './wire.ts';

/** The head of an HTTP/1.1 response. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case; repeated ones joined with ", ". */
  readonly headers: Record<string, string>;
}

const HEAD_LIMIT_BYTES = 256 << 10;
const LINE_LIMIT_BYTES = 64 << 10;

/** Reads the head of the next response. Rejects when the wire ends before it is complete: with ESTALE when not a byte has come. */
export async function readHead(wire: Wire, takeOver: boolean): Promise<ResponseHead> {
  for (;;) {
    const head = parseHead(await readUntil(wire, '\r\n\r\n', { limitBytes: HEAD_LIMIT_BYTES, early: closedEarly }));
    if (head.status === 100 || (head.status === 101 && !takeOver)) continue;
    return head;
  }
}

function parseHead(text: string): ResponseHead {
  const [first = '', ...lines] = text.split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]);
  if (!status) throw new EngineError('INTERNAL', `no HTTP response: ${JSON.stringify(first.slice(0, 80))}`);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { status, headers };
}

/** The pieces of a body, as the head says where it ends. Afterwards the wire stands at the next response, unless the end of the body was the wire's. */
export function bodyParts(wire: Wire, { status, headers }: ResponseHead, bodyless: boolean): AsyncGenerator<Buffer> {
  if (isEmpty(status, bodyless)) return lengthParts(wire, 0);
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) return chunkedParts(wire);
  const length = headers['content-length'];
  return length === undefined ? wire[Symbol.asyncIterator]() : lengthParts(wire, Number(length));
}

/** True when the wire can carry another request after this response. */
export function keepsAlive({ status, headers }: ResponseHead, bodyless: boolean): boolean {
  const delimited = isEmpty(status, bodyless) || 'content-length' in headers || 'transfer-encoding' in headers;
  return delimited && headers['connection']?.toLowerCase() !== 'close';
}

function isEmpty(status: number, bodyless: boolean): boolean {
  return bodyless || status === 204 || status === 304;
}

async function* lengthParts(wire: Wire, length: number): AsyncGenerator<Buffer> {
  for (let left = length; left > 0;) {
    const bytes = await wire.read();
    if (!bytes) throw cutShort();
    const part = bytes.subarray(0, left);
    wire.unread(bytes.subarray(part.length));
    left -= part.length;
    yield part;
  }
}

async function* chunkedParts(wire: Wire): AsyncGenerator<Buffer> {
  for (;;) {
    const sizeBytes = chunkSize(await readLine(wire));
    if (sizeBytes === 0) break;
    yield* lengthParts(wire, sizeBytes);
    await readLine(wire);
  }
  // Trailers end with an empty line.
  while ((await readLine(wire)) !== '');
}

function chunkSize(line: string): number {
  const size = Number.parseInt(line, 16);
  if (!(size >= 0)) throw new EngineError('INTERNAL', `malformed chunk in response: ${JSON.stringify(line.slice(0, 20))}`);
  return size;
}

async function readLine(wire: Wire): Promise<string> {
  return await readUntil(wire, '\r\n', { limitBytes: LINE_LIMIT_BYTES, early: cutShort });
}

interface Until {
  readonly limitBytes: number;
  /** The error when the wire ends before the mark; `begun` when something has come. */
  readonly early: (begun: boolean) => Error;
}

/** What comes before `mark`, which is read away. */
async function readUntil(wire: Wire, mark: string, { limitBytes, early }: Until): Promise<string> {
  let seen: Buffer = Buffer.alloc(0);
  for (;;) {
    const bytes = await wire.read();
    if (!bytes) throw early(seen.length > 0);
    seen = seen.length ? Buffer.concat([seen, bytes]) : bytes;
    const end = seen.indexOf(mark);
    if (end >= 0) {
      wire.unread(seen.subarray(end + mark.length));
      return seen.toString('latin1', 0, end);
    }
    if (seen.length > limitBytes) throw new EngineError('INTERNAL', 'response head too large');
  }
}

function closedEarly(begun: boolean): Error {
  return Object.assign(new Error('socket closed before the response'), { code: begun ? 'EPIPE' : 'ESTALE' });
}

function cutShort(): EngineError {
  return new EngineError('UNAVAILABLE', 'unexpected EOF: the engine closed the connection in the middle of an answer');
}
