import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer as createPlain } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { EngineError, isEngineError, messageOf, systemCode } from '../../base/index.ts';
import { openContent } from '../../content/index.ts';
import { openState } from '../../state/index.ts';
import { beginUpload, blob, upload } from './blobs.ts';
import { Catalog } from './catalog.ts';
import { answer } from './exchange.ts';
import type { Exchange, RegistryParts } from './exchange.ts';
import { manifest, referrers, repositories, tags } from './manifests.ts';
import { routeOf } from './route.ts';
import { Uploads } from './uploads.ts';
import { RegistryRefusal } from './wire-error.ts';

/** How a registry is served. */
export interface ServeRegistryOptions {
  /** Where its blobs and records lie; made when missing. One server per folder. */
  readonly root: string;
  /** "127.0.0.1" by default. */
  readonly host?: string;
  /** 0 for a free one; 5000 by default. */
  readonly port?: number;
  /** PEM texts. Without them it speaks plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Who may use it, by name and password; everybody without. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Refuses pushes and deletes. */
  readonly readOnly?: boolean;
}

/** A registry that runs. */
export interface RegistryServer extends AsyncDisposable {
  /** "127.0.0.1:5000": what image names begin with. */
  readonly address: string;
  readonly port: number;
}

/** Serves the distribution protocol: what Docker, Podman, skopeo and we push to and pull from. Throws FAILED_PRECONDITION when the port is taken. */
export async function serveRegistry(options: ServeRegistryOptions): Promise<RegistryServer> {
  const content = openContent(join(options.root, 'content'));
  const state = openState(join(options.root, 'registry.db'));
  const parts = { content, catalog: new Catalog(state), uploads: new Uploads(content) };
  const handle = (request: IncomingMessage, response: ServerResponse): void => void serve(parts, options, { request, response });
  const server = options.tls ? createSecure({ cert: options.tls.certificate, key: options.tls.key }, handle) : createPlain(handle);
  server.requestTimeout = 0;
  const { address, port } = await listen(server, options);
  return {
    address: `${address.includes(':') ? `[${address}]` : address}:${port}`,
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await parts.uploads[Symbol.asyncDispose]();
      state.close();
    },
  };
}

async function listen(server: Server, { host = '127.0.0.1', port = 5000 }: ServeRegistryOptions): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(systemCode(cause) === 'EADDRINUSE' ? new EngineError('FAILED_PRECONDITION', `${host}:${port} is already in use`, { cause }) : cause),
    );
    server.listen(port, host, resolve);
  });
  return server.address() as AddressInfo;
}

async function serve(parts: RegistryParts, options: ServeRegistryOptions, { request, response }: Pick<Exchange, 'request' | 'response'>): Promise<void> {
  const exchange: Exchange = { ...parts, method: request.method ?? 'GET', url: new URL(request.url ?? '/', 'http://registry'), request, response };
  try {
    authorize(exchange, options);
    await dispatch(exchange);
  } catch (error) {
    refuse(exchange, error);
  } finally {
    // What a refused client still sends is read away, so that it sees the answer.
    request.resume();
  }
}

function authorize({ request, method }: Exchange, { accounts, readOnly }: ServeRegistryOptions): void {
  if (accounts && !isKnown(accounts, request.headers.authorization ?? '')) throw new RegistryRefusal('UNAUTHORIZED', 'authentication required');
  if (readOnly && method !== 'GET' && method !== 'HEAD') throw new RegistryRefusal('DENIED', 'this registry is read-only');
}

function isKnown(accounts: Readonly<Record<string, string>>, header: string): boolean {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(header) ?? [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const name = text.slice(0, Math.max(0, text.indexOf(':')));
  const password = Object.hasOwn(accounts, name) ? accounts[name] : undefined;
  return password !== undefined && timingSafeEqual(hash(password), hash(text.slice(name.length + 1)));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function dispatch(exchange: Exchange): Promise<void> {
  const route = routeOf(exchange.url.pathname);
  switch (route?.kind) {
    case 'base':
      return answer(exchange, 200, { headers: { 'content-type': 'application/json' }, body: '{}' });
    case 'catalog':
      return repositories(exchange);
    case 'tags':
      return tags(exchange, route.name);
    case 'manifest':
      return await manifest(exchange, route.name, route.reference);
    case 'blob':
      return await blob(exchange, route.name, route.digest);
    case 'uploads':
      return await beginUpload(exchange, route.name);
    case 'upload':
      return await upload(exchange, route.name, route.id);
    case 'referrers':
      return referrers(exchange, route.name, route.digest);
    case undefined:
      return answer(exchange, 404, { headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' });
    default:
      return route satisfies never;
  }
}

function refuse(exchange: Exchange, error: unknown): void {
  // A client that went away in the middle hears nothing.
  if (exchange.response.headersSent || exchange.response.destroyed) return void exchange.response.destroy();
  const refusal =
    error instanceof RegistryRefusal ? error : new RegistryRefusal('UNKNOWN', isEngineError(error) ? error.message : `unknown error: ${messageOf(error)}`);
  const challenge = refusal.code === 'UNAUTHORIZED' ? { 'www-authenticate': 'Basic realm="Slipway registry"' } : {};
  answer(exchange, refusal.status, { headers: { 'content-type': 'application/json', ...challenge }, body: refusal.body() });
}
