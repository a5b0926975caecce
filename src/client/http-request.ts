import type { Wire } from './wire.ts';

/** A request ready for the wire. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

/** Writes a request. A stream body goes out in chunks, held back while the wire is full. Resolves when all is handed over. */
export async function writeRequest(wire: Wire, request: HttpRequest): Promise<void> {
  const { body } = request;
  const fixed = body === undefined || body instanceof Uint8Array;
  const headers = { ...request.headers, ...(fixed ? lengthHeader(request.method, body) : { 'Transfer-Encoding': 'chunked' }) };
  const head = Buffer.from(`${request.method} ${request.target} HTTP/1.1\r\n${headerLines(headers)}\r\n`, 'latin1');
  if (fixed) return await wire.write(body?.length ? Buffer.concat([head, body]) : head);
  await wire.write(head);
  for await (const chunk of body) if (chunk.length > 0) await writeChunk(wire, chunk);
  await wire.write(Buffer.from('0\r\n\r\n'));
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

/** Large chunks are not copied; of the three writes only the last one waits. */
async function writeChunk(wire: Wire, chunk: Uint8Array): Promise<void> {
  if (wire.ended) throw Object.assign(new Error('socket closed while sending'), { code: 'EPIPE' });
  void wire.write(Buffer.from(`${chunk.length.toString(16)}\r\n`));
  void wire.write(chunk);
  await wire.write(CRLF);
}

const CRLF = Buffer.from('\r\n');
