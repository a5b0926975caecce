import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that passes, and what to do to its answer. */
export type Meddle = (request: IncomingMessage, response: ServerResponse) => Meddling | undefined;

/** `cutAfter`: the connection breaks after so many bytes. `flip`: one byte of the body is changed. `answer`: the upstream is not asked. */
export interface Meddling {
  readonly cutAfter?: number;
  /** With `cutAfter`: the connection does not break but falls silent, and this is called. */
  readonly stall?: () => void;
  readonly flip?: boolean;
  readonly answer?: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };
}

/** An HTTP proxy in front of a registry that spoils what a test wants spoiled. */
export interface FlakyProxy extends AsyncDisposable {
  readonly address: string;
  /** "GET /v2/…" with its range, of every request that came. */
  readonly seen: string[];
}

/** Serves on a free loopback port. */
export async function flakyProxy(upstreamPort: number, meddle: Meddle): Promise<FlakyProxy> {
  const seen: string[] = [];
  const server = createServer((incoming, response) => {
    seen.push([incoming.method, incoming.url, incoming.headers.range].filter(Boolean).join(' '));
    const how = meddle(incoming, response) ?? {};
    if (how.answer) response.writeHead(how.answer.status, how.answer.headers).end(how.answer.body ?? '');
    else passOn({ incoming, response, how, upstreamPort });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Passing {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly how: Meddling;
  readonly upstreamPort: number;
}

function passOn({ incoming, response, how, upstreamPort }: Passing): void {
  const upstream = request({ port: upstreamPort, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    forward(answer, response, how);
  });
  upstream.on('error', () => response.destroy());
  incoming.pipe(upstream);
}

function forward(answer: IncomingMessage, response: ServerResponse, { cutAfter = Infinity, flip = false, stall }: Meddling): void {
  let sent = 0;
  answer.on('data', (chunk: Buffer) => {
    if (flip && sent === 0) chunk[chunk.length - 1] = (chunk.at(-1) ?? 0) ^ 1;
    const left = cutAfter - sent;
    sent += chunk.length;
    if (chunk.length < left) response.write(chunk);
    else if (left > 0) response.write(chunk.subarray(0, left), () => (stall ? stall() : response.destroy()));
  });
  answer.on('end', () => {
    if (sent < cutAfter) response.end();
  });
}
