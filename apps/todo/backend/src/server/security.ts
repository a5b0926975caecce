import type { FastifyReply, FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import type { Routes } from './context.ts';
import { Problem } from './problem.ts';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);
const methods = 'GET, HEAD, POST, PATCH, DELETE';

/**
 * Who may call: pages of the application itself, pages of `corsOrigins`, and programs that are no browsers. Without this a page
 * anywhere on the web could change the todos of someone who runs the application on their own machine.
 */
export const security: Routes = (app, { config }) => {
  const origins = new Set(config.corsOrigins);
  const hosts = new Set(config.allowedHosts.map((host) => host.toLowerCase()));

  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'x-served-by': config.instance, vary: 'origin' });
    if (!isKnownHost(request.hostname, hosts))
      throw new Problem(421, 'Unknown host', { detail: `The application is not reached as ${request.hostname}; ALLOWED_HOSTS names more` });
    const { origin } = request.headers;
    if (origin !== undefined && origins.has(origin)) allow(reply, origin);
    else if (!safe.has(request.method) && isForeign(request))
      throw new Problem(403, 'Foreign origin', { detail: `Pages of ${origin ?? 'other sites'} may not change anything here` });
    done();
  });

  app.options('/*', { schema: { hide: true }, config: { open: true } }, async (_request, reply) => await reply.code(204).header('allow', methods).send());
};

function allow(reply: FastifyReply, origin: string): void {
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': 'content-type, if-match, if-none-match',
    'access-control-expose-headers': 'etag, link, location',
    'access-control-max-age': '600',
  });
}

/** A name with a dot could be anybody's that points here (DNS rebinding); addresses and plain names cannot. */
function isKnownHost(name: string, hosts: ReadonlySet<string>): boolean {
  const host = name.toLowerCase();
  return !host.includes('.') || host.endsWith('.localhost') || isIP(host.replaceAll(/[[\]]/g, '')) !== 0 || hosts.has(host);
}

function isForeign({ headers, host }: FastifyRequest): boolean {
  if (headers.origin !== undefined) return URL.parse(headers.origin)?.host !== host;
  return headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site';
}
