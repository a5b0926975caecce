import type { Duplex } from 'node:stream';
import { Readable } from 'node:stream';
import { EngineError } from '../base/index.ts';

/** The head of an HTTP/1.1 response and its body as a stream. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated ones joined with ", ". */
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

/** How a response is read. `reusable` is called once, when the body ended and the socket may carry the next request. */
export interface ReadOptions {
  readonly bodyless: boolean;
  /** True: a 101 or 200 hands the raw socket over, and the body stays empty. */
  readonly takeOver: boolean;
  readonly reusable: () => void;
}

const headLimitBytes = 256 << 10;

/** Reads one response from `socket`. Rejects when the socket closes before the head is complete. */
export function readResponse(socket: Duplex, options: ReadOptions): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let seen: Buffer = Buffer.alloc(0);
    const stop = (): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
    };
    const onError = (error: Error): void => (stop(), reject(error));
    const onClose = (): void => (stop(), reject(Object.assign(new Error('socket closed before the response'), { code: seen.length ? 'EPIPE' : 'ESTALE' })));
    const onData = (chunk: Buffer): void => {
      seen = seen.length ? Buffer.concat([seen, chunk]) : chunk;
      for (;;) {
        const end = seen.indexOf('\r\n\r\n');
        if (end < 0) {
          if (seen.length > headLimitBytes) onError(new EngineError('INTERNAL', 'response head too large'));
          return;
        }
        const head = parseHead(seen.toString('latin1', 0, end));
        seen = seen.subarray(end + 4);
        if (head.status === 100 || (head.status === 101 && !options.takeOver)) continue;
        stop();
        socket.pause();
        resolve({ ...head, body: openBody(socket, head, seen, options) });
        return;
      }
    };
    socket.on('data', onData).on('error', onError).on('close', onClose);
    socket.resume();
  });
}

function parseHead(text: string): { status: number; headers: Record<string, string> } {
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

function openBody(socket: Duplex, head: { status: number; headers: Record<string, string> }, first: Buffer, options: ReadOptions): Readable {
  if (options.takeOver && (head.status === 101 || head.status === 200)) {
    if (first.length) socket.unshift(first);
    return Readable.from([]);
  }
  return new Body(socket, decoderOf(head, options.bodyless), first, head.headers['connection']?.toLowerCase() === 'close' ? undefined : options.reusable);
}

/** Takes raw bytes, gives body bytes; `done` when the body is complete. */
interface Decoder {
  done: boolean;
  feed(chunk: Buffer): Buffer[];
  /** True when the end of the socket is the end of the body. */
  readonly endsWithSocket: boolean;
}

function decoderOf(head: { status: number; headers: Record<string, string> }, bodyless: boolean): Decoder {
  if (bodyless || head.status === 204 || head.status === 304) return lengthDecoder(0);
  if (/\bchunked\b/i.test(head.headers['transfer-encoding'] ?? '')) return chunkDecoder();
  const length = head.headers['content-length'];
  return length === undefined ? { done: false, endsWithSocket: true, feed: (chunk) => [chunk] } : lengthDecoder(Number(length));
}

function lengthDecoder(length: number): Decoder {
  let left = length;
  return {
    done: left === 0,
    endsWithSocket: false,
    feed(chunk) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      this.done = left === 0;
      return [part];
    },
  };
}

function chunkDecoder(): Decoder {
  let rest: Buffer = Buffer.alloc(0);
  let left = -1; // bytes left of the open chunk and its CRLF; -1 between chunks
  let trailer = false;
  return {
    done: false,
    endsWithSocket: false,
    feed(chunk) {
      rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
      const parts: Buffer[] = [];
      while (!this.done && rest.length) {
        if (left >= 0) {
          const taken = Math.min(left, rest.length);
          const data = rest.subarray(0, Math.min(taken, Math.max(0, left - 2)));
          if (data.length) parts.push(data);
          rest = rest.subarray(taken);
          left -= taken;
          if (left === 0) left = -1;
          continue;
        }
        const end = rest.indexOf('\r\n');
        if (end < 0) break;
        const line = rest.toString('latin1', 0, end);
        rest = rest.subarray(end + 2);
        if (trailer) this.done = line === '';
        else if (Number.parseInt(line, 16) === 0) trailer = true;
        else left = chunkSize(line) + 2;
      }
      return parts;
    },
  };
}

function chunkSize(line: string): number {
  const size = Number.parseInt(line, 16);
  if (!(size > 0)) throw new EngineError('INTERNAL', `malformed chunk in response: ${JSON.stringify(line.slice(0, 20))}`);
  return size;
}

/** The body; reading it drives the socket, so that a slow reader holds the engine back. Destroying it early closes the socket. */
class Body extends Readable {
  readonly #socket: Duplex;
  readonly #decoder: Decoder;
  readonly #reusable: (() => void) | undefined;
  #finished = false;

  constructor(socket: Duplex, decoder: Decoder, first: Buffer, reusable: (() => void) | undefined) {
    super();
    this.#socket = socket;
    this.#decoder = decoder;
    this.#reusable = reusable;
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onEnd).on('error', this.#onError);
    if (decoder.done) this.#finish(first.length === 0);
    else if (first.length) this.#onData(first);
  }

  override _read(): void {
    if (!this.#finished) this.#socket.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.#finished) {
      this.#leave();
      this.#socket.destroy();
    }
    callback(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      let wanted = true;
      for (const part of this.#decoder.feed(chunk)) if (part.length) wanted = this.push(part);
      if (this.#decoder.done) this.#finish(true);
      else if (!wanted) this.#socket.pause();
    } catch (error) {
      this.destroy(error as Error);
    }
  };

  readonly #onEnd = (): void => {
    if (this.#decoder.endsWithSocket) this.#finish(false);
    else this.destroy(new EngineError('UNAVAILABLE', 'unexpected EOF: the engine closed the connection in the middle of an answer'));
  };

  readonly #onError = (error: Error): void => {
    this.destroy(new EngineError('UNAVAILABLE', `connection to the engine failed: ${error.message}`, { cause: error }));
  };

  #leave(): void {
    this.#finished = true;
    this.#socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd).off('error', this.#onError);
    // A late error of a socket nobody uses any more has nobody to tell.
    this.#socket.off('error', ignore).on('error', ignore);
  }

  #finish(clean: boolean): void {
    this.#leave();
    this.push(null);
    if (clean && this.#reusable) this.#reusable();
    else this.#socket.destroy();
  }
}

function ignore(): void {
  // Nobody to tell.
}
