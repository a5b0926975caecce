import { EngineError, isEngineError } from '../../base/index.ts';
import type { Reference } from '../../oci/index.ts';
import { Authorizer } from './authorizer.ts';
import { Endpoints } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { httpCall } from './http-call.ts';
import { EndpointRepository } from './repository.ts';
import type { RegistryAuth, RegistryClient, RegistryConfig, RemoteRepository, RepositoryOptions } from './types.ts';
import { refusalOf } from './wire-errors.ts';

/** A client for all registries, as configured. */
export function createRegistryClient(config: RegistryConfig = {}): RegistryClient {
  const endpoints = new Endpoints(config);
  return {
    repository: (reference, options = {}) => openRepository(endpoints, reference, options),
    checkAuth: (auth, signal) => checkAuth(endpoints, auth, signal),
    [Symbol.dispose]: () => endpoints[Symbol.dispose](),
  };
}

async function openRepository(endpoints: Endpoints, reference: Reference, options: RepositoryOptions): Promise<RemoteRepository> {
  return await firstReachable(endpoints.of(reference.domain, { mirrors: options.access !== 'push' }), async (endpoint) => {
    const repository = new EndpointRepository(reference, endpoint, options);
    await repository.ping(options.signal);
    return repository;
  });
}

/** The first endpoint that answers. A refusal is an answer, except that of a mirror. */
async function firstReachable<T>(ways: readonly Endpoint[], attempt: (endpoint: Endpoint) => Promise<T>): Promise<T> {
  let last: unknown;
  for (const endpoint of ways) {
    try {
      return await attempt(endpoint);
    } catch (error) {
      if (!endpoint.mirror && !isEngineError(error, 'UNAVAILABLE')) throw error;
      last = error;
    }
  }
  throw last;
}

async function checkAuth(endpoints: Endpoints, auth: RegistryAuth, signal?: AbortSignal): Promise<{ readonly Status: string; readonly IdentityToken: string }> {
  if (Object.values(auth).some((value) => typeof value !== 'string')) throw new EngineError('INVALID_ARGUMENT', 'invalid credentials: texts are expected');
  const domain = domainOf(auth.serveraddress ?? '');
  return await firstReachable(endpoints.of(domain, { mirrors: false }), async (endpoint) => {
    const authorizer = new Authorizer(endpoint, { auth, scopes: [], signal });
    const url = new URL('/v2/', endpoint.base);
    const ask = (): ReturnType<typeof httpCall> =>
      httpCall({ method: 'GET', url, headers: { ...endpoint.headers, ...authorizer.headers() }, agent: endpoint.agentFor(url), signal });
    const first = await ask();
    const answer = first.status === 401 && (await authorizer.answer(first)) ? await ask() : first;
    if (answer.status !== 200) throw loginRefused(url, await refusalOf(answer));
    answer.body.resume();
    return { Status: 'Login Succeeded', IdentityToken: '' };
  });
}

/** The registry of a server address: "https://index.docker.io/v1/" is Docker Hub, "localhost:5000" itself. */
function domainOf(serverAddress: string): string {
  const host = serverAddress.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  if (host === '' || host === 'index.docker.io' || host === 'registry-1.docker.io') return 'docker.io';
  return host;
}

function loginRefused(url: URL, refusal: EngineError): EngineError {
  if (refusal.code !== 'UNAUTHENTICATED') return refusal;
  return new EngineError('UNAUTHENTICATED', `login attempt to ${url.href} failed with status: 401 Unauthorized`, { cause: refusal });
}
