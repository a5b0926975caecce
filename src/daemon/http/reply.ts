import type { Readable } from 'node:stream';

/** What a route answers. `hijacked` says that the connection was taken and nothing is left to do. */
export type Reply =
  | { readonly kind: 'body'; readonly status: number; readonly headers?: Headers; readonly body?: string | Buffer }
  | { readonly kind: 'stream'; readonly status: number; readonly headers?: Headers; readonly stream: Readable | AsyncIterable<Uint8Array | string> }
  | { readonly kind: 'hijacked' };

/** An answer that is there whole. */
export type BodyReply = Extract<Reply, { kind: 'body' }>;

type Headers = Readonly<Record<string, string>>;

/** A JSON document with Go's closing line break. */
export function json(value: unknown, status = 200, headers: Headers = {}): BodyReply {
  return { kind: 'body', status, headers: { 'Content-Type': 'application/json', ...headers }, body: `${JSON.stringify(value)}\n` };
}

/** An answer without a body; 204 unless said otherwise. */
export function empty(status = 204, headers: Headers = {}): BodyReply {
  return { kind: 'body', status, headers };
}

/** Plain text. */
export function text(body: string, headers: Headers = {}): Reply {
  return { kind: 'body', status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** Bytes as they come. The head is sent at once; an error later cuts the connection. */
export function stream(source: Readable | AsyncIterable<Uint8Array | string>, contentType: string, headers: Headers = {}): Reply {
  return { kind: 'stream', status: 200, headers: { 'Content-Type': contentType, ...headers }, stream: source };
}

/** One JSON document a line, as they come. */
export function jsonStream(values: AsyncIterable<unknown>, contentType = 'application/json'): Reply {
  return stream(lines(values), contentType);
}

/** The connection was hijacked. */
export const hijacked: Reply = { kind: 'hijacked' };

async function* lines(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}
