import { EngineError, messageOf } from '../base/index.ts';
import type { RegistryAuth } from '../image/index.ts';
import type { BuildRequest, NamedContext } from './request.ts';
import type { StepResources } from './types.ts';

/** Query parameters with Docker's conversions, as the daemon has them. */
export interface BuildQuery {
  get(name: string): string | undefined;
  all(name: string): string[];
  bool(name: string, otherwise?: boolean): boolean;
  int(name: string): number | undefined;
}

/** What a build is asked for besides what is in its body. */
export type QueryRequest = Omit<BuildRequest, 'secrets' | 'contexts' | 'signal' | 'auth' | 'listed'>;

/** Reads the query of POST /build. What this builder cannot do is refused with its name; nothing is ignored. Throws INVALID_ARGUMENT or NOT_IMPLEMENTED. */
export function parseBuildQuery(query: BuildQuery): QueryRequest {
  refuseUnsupported(query);
  return {
    dockerfile: query.get('dockerfile') || 'Dockerfile',
    tags: query.all('t').filter(Boolean),
    target: query.get('target') || undefined,
    buildArgs: jsonRecord(query, 'buildargs', 'build args', isNullableText),
    labels: jsonRecord(query, 'labels', 'labels', isText),
    noCache: query.bool('nocache'),
    noCacheFilter: query.all('no-cache-filter').flatMap((names) => names.split(',')),
    pull: query.bool('pull'),
    platform: query.get('platform') || undefined,
    networkMode: query.get('networkmode') || 'default',
    extraHosts: hostsOf(query),
    resources: resourcesOf(query),
    quiet: query.bool('q'),
  };
}

/** Contexts that are no tars: `{"base": "docker-image://alpine:3"}` in the query `slipway-contexts`. */
export function parseImageContexts(query: BuildQuery): Map<string, NamedContext> {
  const given = jsonRecord(query, 'slipway-contexts', 'contexts', isText);
  return new Map(
    Object.entries(given).map(([name, address]) => {
      const [, reference] = /^docker-image:\/\/(.+)$/.exec(address) ?? [];
      if (reference === undefined)
        throw new EngineError('NOT_IMPLEMENTED', `build context ${name}=${address} is not supported: give a folder or docker-image://NAME`);
      return [name, { kind: 'image', reference }];
    }),
  );
}

/** Credentials of the header X-Registry-Config, by registry. */
export function parseRegistryConfig(header: string | undefined): Record<string, RegistryAuth> {
  if (!header) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(header, 'base64').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, RegistryAuth>) : {};
  } catch {
    return {}; // Docker goes on without credentials when it cannot read them.
  }
}

function refuseUnsupported(query: BuildQuery): void {
  const version = query.get('version') ?? '1';
  if (version === '2')
    throw unsupported('BuildKit sessions (version=2) are not served by this engine. Use "slipway build", or DOCKER_BUILDKIT=0 with the docker command');
  if (version !== '' && version !== '1') throw new EngineError('INVALID_ARGUMENT', `invalid version ${version}`);
  if (query.get('remote')) throw unsupported('remote build contexts are not supported: fetch the files and send them as the context');
  if (query.bool('squash')) throw new EngineError('INVALID_ARGUMENT', 'squash is only supported with experimental mode');
  if (query.get('outputs') && !['[]', '""', 'null'].includes(query.get('outputs') ?? ''))
    throw unsupported('build outputs other than an image are not supported here: use "slipway image save" or "slipway cp" with the image');
  if (!['', 'default'].includes(query.get('isolation') ?? ''))
    throw new EngineError('INVALID_ARGUMENT', `Unsupported isolation: ${JSON.stringify(query.get('isolation'))}`);
  const security = query.get('securityopt');
  if (security && !['[]', 'null'].includes(security))
    throw unsupported('security options of a build are not supported: build steps always run with the default seccomp profile and capabilities');
  if (query.get('session')) throw unsupported('build sessions are not supported: secrets come with the request');
}

function unsupported(message: string): EngineError {
  return new EngineError('NOT_IMPLEMENTED', message);
}

/** Images whose layers the client would like to have as cache. */
export function cacheFrom(query: BuildQuery): string[] {
  const text = query.get('cachefrom');
  if (!text) return [];
  const value = parseJson(text, 'cache from');
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}

function hostsOf(query: BuildQuery): string[] {
  return query
    .all('extrahosts')
    .flatMap((text) => (text.startsWith('[') ? (parseJson(text, 'extra hosts') as string[]) : text.split(',')))
    .filter(Boolean);
}

function resourcesOf(query: BuildQuery): StepResources {
  const number = (name: string): number | undefined => query.int(name) || undefined;
  const text = (name: string): string | undefined => query.get(name) || undefined;
  const ulimits = query.get('ulimits');
  const all = {
    memory: number('memory'),
    memorySwap: number('memswap'),
    cpuShares: number('cpushares'),
    cpuPeriod: number('cpuperiod'),
    cpuQuota: number('cpuquota'),
    cpusetCpus: text('cpusetcpus'),
    cpusetMems: text('cpusetmems'),
    cgroupParent: text('cgroupparent'),
    shmSize: number('shmsize'),
    ulimits: ulimits ? (parseJson(ulimits, 'ulimit settings') as StepResources['ulimits']) : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}

function jsonRecord<T>(query: BuildQuery, name: string, what: string, isValue: (value: unknown) => value is T): Record<string, T> {
  const text = query.get(name);
  if (!text) return {};
  const value = parseJson(text, what);
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new EngineError('INVALID_ARGUMENT', `error reading ${what}: an object is needed`);
  const entries = Object.entries(value as Record<string, unknown>).map(([key, item]): [string, T] => {
    if (!isValue(item)) throw new EngineError('INVALID_ARGUMENT', `error reading ${what}: ${JSON.stringify(key)} must be a string`);
    return [key, item];
  });
  return Object.fromEntries(entries);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNullableText(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const first = text.trim()[0] ?? '';
    const reason = /^[[{"\d-]/.test(first) ? messageOf(cause) : `invalid character '${first}' looking for beginning of value`;
    throw new EngineError('INVALID_ARGUMENT', `error reading ${what}: ${reason}`, { cause });
  }
}
