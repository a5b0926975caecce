import type { Duplex } from 'node:stream';

/** A request ready for the wire. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

/** Writes a request. A stream body goes out in chunks, held back while the socket is full. Resolves when all is handed to the socket. */
export async function writeRequest(socket: Duplex, request: HttpRequest): Promise<void> {
  const { body } = request;
  const fixed = body === undefined || body instanceof Uint8Array;
  const headers = { ...request.headers, ...(fixed ? lengthHeader(request.method, body) : { 'Transfer-Encoding': 'chunked' }) };
  const head = Buffer.from(`${request.method} ${request.target} HTTP/1.1\r\n${headerLines(headers)}\r\n`, 'latin1');
  if (fixed) {
    socket.write(body?.length ? Buffer.concat([head, body]) : head);
    return;
  }
  socket.write(head);
  for await (const chunk of body) await writeChunk(socket, chunk);
  if (socket.writable) socket.write('0\r\n\r\n');
}

function lengthHeader(method: string, body: Uint8Array | undefined): Record<string, string> {
  if (body) return { 'Content-Length': String(body.length) };
  return method === 'POST' || method === 'PUT' ? { 'Content-Length': '0' } : {};
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, ' ')}\r\n`)
    .join('');
}

async function writeChunk(socket: Duplex, chunk: Uint8Array): Promise<void> {
  if (chunk.length === 0) return;
  if (!socket.writable) throw Object.assign(new Error('socket closed while sending'), { code: 'EPIPE' });
  socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
  socket.write(chunk);
  if (!socket.write('\r\n')) await drained(socket);
}

/** Waits until a full socket takes bytes again, or is gone. */
function drained(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
