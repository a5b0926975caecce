import { createServer, ServerResponse } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { API_VERSION } from '../../api/index.ts';
import { EngineError, messageOf } from '../../base/index.ts';
import { parseBody, parseQuery, readText, sinceVersion } from './call.ts';
import type { Call, Hijacked } from './call.ts';
import { hijackPlain, hijackUpgraded } from './hijack.ts';
import { isLocalHost } from './host-address.ts';
import { pacedWrite } from './paced-write.ts';
import { empty, json } from './reply.ts';
import type { Reply } from './reply.ts';
import type { Match, Router } from './router.ts';
import { httpStatus } from './status.ts';
import { bodyOfUpgrade, hasPlainBody } from './upgrade-body.ts';
import { versionedPath } from './versioned-path.ts';

/** What the server needs besides its routes. */
export interface ServerOptions {
  /** Value of the `Server` header. */
  readonly product: string;
  /** Called for failures that are the engine's own fault: status 500. */
  readonly onFault: (error: unknown, request: string) => void;
  /** How long a client may take to send the head of a request; bodies and taken connections take as long as they like. 60 seconds when absent. */
  readonly headTimeoutMs?: number;
}

/** An HTTP server over `router`; the caller makes it listen. */
export function createApiServer(router: Router, options: ServerOptions): Server {
  const { headTimeoutMs = 60_000 } = options;
  const settings = {
    keepAliveTimeout: 0,
    requestTimeout: 0,
    headersTimeout: headTimeoutMs,
    connectionsCheckingInterval: headTimeoutMs / 4,
    maxHeaderSize: 1 << 20,
    shouldUpgradeCallback: (request: IncomingMessage) => mayUpgrade(router, request),
  };
  const server = createServer(settings, (request, response) => {
    void answer(router, options, request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const response = responseOf(request, socket);
    void answer(router, options, request, response, bodyOfUpgrade(request, socket, head));
  });
  server.on('clientError', refuse);
  return server;
}

/** Node hands over the connection only for a route that takes it; an `Upgrade: h2c` of a Java client is answered as plain HTTP. */
function mayUpgrade(router: Router, request: IncomingMessage): boolean {
  try {
    const found = router.find(request.method ?? 'GET', versionedPath(pathOf(request)).path);
    return found?.route.hijacks === true && hasPlainBody(request);
  } catch {
    return false;
  }
}

/** The response of a connection that Node has given up; it is closed after the answer. */
function responseOf(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => {
    response.detachSocket(socket);
    socket.destroySoon();
  });
  socket.on('error', () => socket.destroy());
  return response;
}

async function answer(
  router: Router,
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  body: Call['body'] & { readonly upgraded?: Socket } = bodyOf(request),
): Promise<void> {
  setHeaders(response, options.product);
  try {
    refuseForeignPages(request);
    const { version, path } = versionedPath(pathOf(request));
    const match = router.find(request.method ?? 'GET', path);
    if (!match) throw new EngineError('NOT_FOUND', 'page not found');
    const reply = await match.route.handler(callOf({ request, response, body, version, path, match }));
    if (reply.kind === 'hijacked') return;
    await send(response, reply);
  } catch (error) {
    fail(options, request, response, error);
  }
  discardRest(request);
}

/** The body as routes read it. Who stops half-way does not take the connection down: the answer still goes out, and the rest is read away. */
function bodyOf(request: IncomingMessage): Readable {
  const body = Readable.from(request.iterator({ destroyOnReturn: false }), { objectMode: false, highWaterMark: 1 << 16 });
  return body.on('error', () => {});
}

/** Reads away what a route left of a body, an archive that was no archive for example: the next request of the connection comes after it. */
function discardRest(request: IncomingMessage): void {
  if (!request.complete && !request.destroyed) request.removeAllListeners('readable').removeAllListeners('data').resume();
}

interface CallParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Call['body'] & { readonly upgraded?: Socket };
  readonly version: string;
  readonly path: string;
  readonly match: Match;
}

function callOf({ request, response, body, version, path, match }: CallParts): Call {
  const gone = new AbortController();
  const abort = (): void => gone.abort(new EngineError('CANCELLED', 'client closed the connection'));
  response.once('close', abort);
  const search = new URLSearchParams(request.url?.split('?').slice(1).join('?') ?? '');
  return {
    method: request.method ?? 'GET',
    path,
    version,
    params: match.params,
    query: parseQuery(search),
    headers: request.headers,
    body,
    signal: gone.signal,
    since: sinceVersion(version),
    json: async <T extends object>() => parseBody<T>(checkType(await readText(body), request.headers['content-type'])),
    hijack: async (contentType) => {
      await drain(body);
      return taken({ request, response, body, contentType, abort });
    },
    websocket: async () => {
      await drain(body);
      return await websocket({ request, response, body, abort });
    },
  };
}

function taken(parts: Pick<CallParts, 'request' | 'response' | 'body'> & { contentType: string; abort: () => void }): Hijacked {
  const { request, response, body, contentType, abort } = parts;
  response.removeListener('close', abort);
  const socket = body.upgraded ?? request.socket;
  if (body.upgraded) response.detachSocket(socket);
  const result = body.upgraded ? hijackUpgraded(socket, contentType) : hijackPlain(request, response, contentType);
  socket.once('close', abort);
  return result;
}

/** Reads a body away that the route had no use for: what follows it is the stream. */
async function drain(body: Call['body'] & { readonly readableEnded?: boolean }): Promise<void> {
  if (body.readableEnded !== true) for await (const _ of body);
}

const websockets = new WebSocketServer({ noServer: true });

function websocket({ request, response, body, abort }: Pick<CallParts, 'request' | 'response' | 'body'> & { abort: () => void }): Promise<Duplex> {
  const socket = body.upgraded;
  if (!socket || request.headers.upgrade?.toLowerCase() !== 'websocket') throw new EngineError('INVALID_ARGUMENT', 'not a websocket request');
  response.removeListener('close', abort);
  response.detachSocket(socket);
  socket.once('close', abort);
  return new Promise((resolve) => websockets.handleUpgrade(request, socket, Buffer.alloc(0), (connection) => resolve(createWebSocketStream(connection))));
}

/** A page of another site must not command the engine through a visitor's browser, nor have its own name point here (DNS rebinding). */
function refuseForeignPages({ headers, socket }: IncomingMessage): void {
  const { origin, host } = headers;
  if (socket.remoteAddress !== undefined && !isLocalHost(host)) throw new EngineError('PERMISSION_DENIED', `requests to the host ${host} are refused`);
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host)
    throw new EngineError('PERMISSION_DENIED', `requests from pages of ${origin} are refused`);
}

/** Docker takes bodies as JSON only, which also keeps out what a page can send without asking first. */
function checkType(text: string, type = ''): string {
  if (text !== '' && !/^application\/json\s*(?:;|$)/i.test(type)) {
    const reason =
      type === '' ? 'malformed Content-Type header (): mime: no media type' : `unsupported Content-Type header (${type}): must be 'application/json'`;
    throw new EngineError('INVALID_ARGUMENT', reason);
  }
  return text;
}

function setHeaders(response: ServerResponse, product: string): void {
  response.setHeader('Api-Version', API_VERSION);
  response.setHeader('Docker-Experimental', 'false');
  response.setHeader('Ostype', 'linux');
  response.setHeader('Server', product);
}

async function send(response: ServerResponse, reply: Exclude<Reply, { kind: 'hijacked' }>): Promise<void> {
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  response.statusCode = reply.status;
  if (reply.kind === 'body') {
    if (reply.body !== undefined) response.setHeader('Content-Length', Buffer.byteLength(reply.body));
    response.end(reply.body);
    return;
  }
  response.flushHeaders();
  if (reply.stream instanceof Readable) {
    await pipeline(reply.stream, response);
    return;
  }
  await pacedWrite(reply.stream, response);
  response.end();
}

/** The error as Docker words it; after the head is out the connection is all there is to tell it with. */
function fail(options: ServerOptions, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const status = httpStatus(error);
  if (response.headersSent || response.socket?.destroyed === true) {
    response.destroy();
    return;
  }
  if (status === 500) options.onFault(error, `${request.method} ${pathOf(request)}`); // Arguments of builds, for example, are nothing for a log.
  const reply = status === 304 ? empty(304) : json({ message: messageOf(error) }, status);
  void send(response, reply);
}

function pathOf(request: IncomingMessage): string {
  return request.url?.split('?')[0] ?? '/';
}

const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** A request that is no HTTP, or whose head does not come. */
function refuse(error: Error & { code?: string }, socket: Duplex & Partial<Pick<Socket, 'destroySoon'>>): void {
  const status = refusals[error.code ?? ''] ?? '400 Bad Request';
  if (socket.writable) socket.write(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`);
  socket.destroySoon?.();
}
