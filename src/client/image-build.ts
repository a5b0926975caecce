import { BUILD_EVENT_ID, BUILD_PARTS, CONTEXT_NEEDED, encodeAuthHeader, encodeBuildParts } from '../api/index.ts';
import type { AuthConfig, BuildCheckResult, BuildEvent, BuildPart, ContextListing, ProgressMessage, Ulimit } from '../api/index.ts';
import { EngineError, isEngineError } from '../base/index.ts';
import { streamProgress } from './stream-json.ts';
import type { CallOptions, Connection, Query } from './types.ts';

/** What to build. Absent values are the engine's defaults. */
export interface ImageBuildOptions {
  /** Path of the Dockerfile in the context. */
  readonly dockerfile?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly target?: string | undefined;
  /** null takes the value away. */
  readonly buildArgs?: Readonly<Record<string, string | null>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly noCache?: boolean | undefined;
  readonly noCacheFilter?: readonly string[] | undefined;
  readonly cacheFrom?: readonly string[] | undefined;
  readonly pull?: boolean | undefined;
  readonly platform?: string | undefined;
  readonly networkMode?: string | undefined;
  /** "name:address" */
  readonly extraHosts?: readonly string[] | undefined;
  readonly memory?: number | undefined;
  readonly memorySwap?: number | undefined;
  readonly cpuShares?: number | undefined;
  readonly cpuPeriod?: number | undefined;
  readonly cpuQuota?: number | undefined;
  readonly cpusetCpus?: string | undefined;
  readonly cpusetMems?: string | undefined;
  readonly cgroupParent?: string | undefined;
  readonly shmSize?: number | undefined;
  readonly ulimits?: readonly Ulimit[] | undefined;
  readonly quiet?: boolean | undefined;
  /** The context as a list, tried first: enough where every step is cached. Slipway's engine only. */
  readonly listing?: (() => ContextListing | undefined) | undefined;
  /** Secret bytes by id; Slipway's engine only. */
  readonly secrets?: ReadonlyMap<string, Uint8Array> | undefined;
  /** Further contexts by name: a tar, or "docker-image://NAME"; Slipway's engine only. */
  readonly contexts?: ReadonlyMap<string, AsyncIterable<Uint8Array> | string> | undefined;
  /** Credentials by registry, for base images. */
  readonly registries?: Readonly<Record<string, AuthConfig>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a build tells: an event of Slipway's engine, or a message of the classic stream that any other engine sends. `{aux: {ID}}` is the image. */
export type ImageBuildMessage = { readonly event: BuildEvent } | ProgressMessage;

/** Builds an image from a context tar; yields progress, rejects with what went wrong (`details.code` is a RUN step's exit code). Slipway's engine tells events, Docker's classic builder text. */
export async function* imageBuild(
  connection: Connection,
  context: AsyncIterable<Uint8Array>,
  options: ImageBuildOptions = {},
): AsyncGenerator<ImageBuildMessage> {
  const listing = options.noCache || options.pull ? undefined : options.listing?.();
  if (listing && (await isSlipway(connection))) {
    try {
      yield* messagesOf(connection, await requestOf(connection, { listing }, options, { 'slipway-events': '1' }));
      return;
    } catch (error) {
      if (!isEngineError(error) || error.message !== CONTEXT_NEEDED) throw error;
    }
  }
  yield* messagesOf(connection, await requestOf(connection, { tar: context }, options, { 'slipway-events': '1' }));
}

async function* messagesOf(connection: Connection, call: CallOptions): AsyncGenerator<ImageBuildMessage> {
  for await (const message of streamProgress(connection, 'POST', '/build', call)) {
    if (message.id === BUILD_EVENT_ID && message.aux) yield { event: message.aux as unknown as BuildEvent };
    else yield message;
  }
}

/** What is sent of the main context. */
type SentContext = { readonly tar: AsyncIterable<Uint8Array> } | { readonly listing: ContextListing };

/** Runs the build checks over a Dockerfile and builds nothing. Slipway's engine only. */
export async function imageBuildCheck(connection: Connection, context: AsyncIterable<Uint8Array>, options: ImageBuildOptions = {}): Promise<BuildCheckResult> {
  await requireSlipway(connection, 'build checks');
  return await connection.json<BuildCheckResult>('POST', '/build', await requestOf(connection, { tar: context }, options, { check: '1' }));
}

async function requestOf(connection: Connection, context: SentContext, options: ImageBuildOptions, more: Query): Promise<CallOptions> {
  const { secrets = new Map<string, Uint8Array>(), contexts = new Map<string, string>() } = options;
  const extras = secrets.size > 0 || contexts.size > 0;
  const plain = !extras && 'tar' in context;
  if (extras) await requireSlipway(connection, secrets.size > 0 ? 'build secrets' : 'named build contexts');
  const images = Object.fromEntries([...contexts].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  return {
    query: { ...queryOf(options), ...(Object.keys(images).length > 0 ? { 'slipway-contexts': JSON.stringify(images) } : {}), ...more },
    headers: {
      'Content-Type': plain ? 'application/x-tar' : BUILD_PARTS,
      ...(options.registries ? { 'X-Registry-Config': encodeAuthHeader(options.registries) } : {}),
    },
    body: plain ? context.tar : encodeBuildParts(partsOf(context, secrets, contexts)),
    signal: options.signal,
  };
}

/** Small things first: the engine reads the parts in this order. */
function* partsOf(
  context: SentContext,
  secrets: ReadonlyMap<string, Uint8Array>,
  contexts: ReadonlyMap<string, AsyncIterable<Uint8Array> | string>,
): Generator<BuildPart> {
  for (const [name, bytes] of secrets) yield { kind: 'secret', name, body: once(bytes) };
  for (const [name, body] of contexts) if (typeof body !== 'string') yield { kind: 'named-context', name, body };
  yield 'tar' in context
    ? { kind: 'context', name: '', body: context.tar }
    : { kind: 'listing', name: '', body: once(Buffer.from(JSON.stringify(context.listing))) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function queryOf(options: ImageBuildOptions): Query {
  const { buildArgs, labels, cacheFrom, ulimits } = options;
  return {
    version: '1',
    rm: true,
    dockerfile: options.dockerfile,
    t: options.tags,
    target: options.target || undefined,
    buildargs: buildArgs && JSON.stringify(buildArgs),
    labels: labels && JSON.stringify(labels),
    cachefrom: cacheFrom && cacheFrom.length > 0 ? JSON.stringify(cacheFrom) : undefined,
    nocache: options.noCache || undefined,
    'no-cache-filter': options.noCacheFilter,
    pull: options.pull || undefined,
    platform: options.platform || undefined,
    networkmode: options.networkMode,
    extrahosts: options.extraHosts && options.extraHosts.length > 0 ? JSON.stringify(options.extraHosts) : undefined,
    memory: options.memory,
    memswap: options.memorySwap,
    cpushares: options.cpuShares,
    cpuperiod: options.cpuPeriod,
    cpuquota: options.cpuQuota,
    cpusetcpus: options.cpusetCpus,
    cpusetmems: options.cpusetMems,
    cgroupparent: options.cgroupParent,
    shmsize: options.shmSize,
    ulimits: ulimits && ulimits.length > 0 ? JSON.stringify(ulimits) : undefined,
    q: options.quiet || undefined,
  };
}

/** Docker's own classic builder has neither secrets nor named contexts; sending them would only end in a strange error. */
async function requireSlipway(connection: Connection, what: string): Promise<void> {
  const server = await serverOf(connection);
  if (!isSlipwayName(server))
    throw new EngineError('NOT_IMPLEMENTED', `${what} need Slipway's engine; the engine at ${connection.host} is ${server ?? 'another one'}`);
}

async function isSlipway(connection: Connection): Promise<boolean> {
  return isSlipwayName(await serverOf(connection));
}

function isSlipwayName(server: string | undefined): boolean {
  return /slipway/i.test(server ?? '');
}

async function serverOf(connection: Connection): Promise<string | undefined> {
  const { body, headers } = await connection.call('GET', '/_ping');
  await body.text();
  return headers['server'];
}
