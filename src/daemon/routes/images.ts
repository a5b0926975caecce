import type { Readable } from 'node:stream';
import { decodeAuthHeader, parseFilters } from '../../api/index.ts';
import type { AuthConfig, Filters, ImageHistoryItem } from '../../api/index.ts';
import { EngineError } from '../../base/index.ts';
import { inspectImage, listImages, pruneImages, removeImage } from '../../engine/index.ts';
import type { EngineContext } from '../../engine/index.ts';
import type { TransferOptions } from '../../image/index.ts';
import type { Call } from '../http/call.ts';
import { empty, json, stream } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { progressReply } from '../progress-reply.ts';
import { shapeImage } from '../shape/image.ts';

/** `/images` and `/distribution`. */
export function imageRoutes(engine: EngineContext): Route[] {
  const { images } = engine;
  return [
    route('GET', '/images/json', (call) =>
      json(
        listImages(engine, { all: call.query.bool('all'), filters: listFilters(call), sharedSize: call.query.bool('shared-size') }).map((image) =>
          shapeImage(image, call.version),
        ),
      ),
    ),
    route('POST', '/images/create', (call) => create(engine, call)),
    route('POST', '/images/load', (call) => load(engine, call)),
    route('POST', '/images/prune', (call) => json(pruneImages(engine, parseFilters(call.query.get('filters')), { dryRun: call.query.bool('dry-run') }))),
    route('GET', '/images/get', (call) => save(engine, call.query.all('names'))),
    route('GET', '/images/search', async (call) => json(await images.search(call.query.get('term') ?? ''))),
    route('GET', '/images/{name*}/json', (call) => json(shapeImage(inspectImage(engine, nameOf(call)), call.version))),
    route('GET', '/images/{name*}/history', (call) => json(images.history(nameOf(call)).map(historyItem))),
    route('GET', '/images/{name*}/get', (call) => save(engine, [nameOf(call)])),
    route('POST', '/images/{name*}/tag', (call) => {
      images.tag(nameOf(call), target(call));
      return empty(201);
    }),
    route('POST', '/images/{name*}/push', (call) => push(engine, call)),
    route('DELETE', '/images/{name*}', (call) =>
      json(removeImage(engine, nameOf(call), { force: call.query.bool('force'), noPrune: call.query.bool('noprune') })),
    ),
    route('GET', '/distribution/{name*}/json', async (call) => json(await images.distribution(nameOf(call), { auth: authOf(call) }))),
  ];
}

function nameOf(call: Call): string {
  return call.params['name'] ?? '';
}

/** Clients before API 1.25 filtered by name with a parameter of its own. */
function listFilters(call: Call): Filters {
  const filters = parseFilters(call.query.get('filters'));
  const name = call.query.get('filter');
  return name === undefined ? filters : { ...filters, reference: [name] };
}

function target({ query }: Call): string {
  const [repository, tag] = [query.get('repo') ?? '', query.get('tag')];
  if (repository === '') throw new EngineError('INVALID_ARGUMENT', 'invalid reference format');
  return tag ? `${repository}:${tag}` : repository;
}

function authOf(call: Call): AuthConfig {
  const header = call.headers['x-registry-auth'];
  return decodeAuthHeader(typeof header === 'string' ? header : undefined);
}

/** Pull, or import where `fromSrc` says so. */
function create(engine: EngineContext, call: Call): Reply | Promise<Reply> {
  const { query } = call;
  const source = query.get('fromSrc');
  if (source !== undefined) return importImage(engine, call, source);
  const name = query.get('fromImage') ?? '';
  const tag = query.get('tag') ?? '';
  const reference = tag === '' ? name : tag.includes(':') ? `${name}@${tag}` : `${name}:${tag}`;
  const named = tag !== '' || /[:@][^/]*$/.test(name);
  const options: TransferOptions = {
    auth: authOf(call),
    allTags: !named && tag === '',
    signal: call.signal,
    ...(query.get('platform') ? { platform: query.get('platform') ?? '' } : {}),
  };
  return progressReply(async (onProgress) => void (await engine.images.pull(reference, { ...options, onProgress })));
}

function importImage(engine: EngineContext, call: Call, source: string): Promise<Reply> {
  const { query } = call;
  if (source !== '-') throw new EngineError('NOT_IMPLEMENTED', `import from the address "${source}" is not supported: fetch it, and import the file`);
  const reference = query.get('repo') ? target(call) : undefined;
  const options = {
    ...(reference === undefined ? {} : { reference }),
    changes: query.all('changes'),
    ...(query.get('message') ? { message: query.get('message') ?? '' } : {}),
    ...(query.get('platform') ? { platform: query.get('platform') ?? '' } : {}),
    signal: call.signal,
  };
  return progressReply(async (onProgress) => {
    const image = await engine.images.import(call.body as Readable, { ...options, onProgress });
    onProgress({ status: image.id });
  });
}

function load(engine: EngineContext, call: Call): Promise<Reply> {
  const quiet = call.query.bool('quiet', false);
  const platform = call.query.get('platform');
  return progressReply(
    async (onProgress) => void (await engine.images.load(call.body as Readable, { quiet, signal: call.signal, onProgress, ...(platform ? { platform } : {}) })),
    { errorsInStream: true },
  );
}

function save(engine: EngineContext, names: readonly string[]): Reply {
  if (names.length === 0) throw new EngineError('INVALID_ARGUMENT', 'names are required');
  return stream(engine.images.save(names), 'application/x-tar');
}

function push(engine: EngineContext, call: Call): Promise<Reply> {
  const tag = call.query.get('tag') ?? '';
  const reference = tag === '' ? nameOf(call) : `${nameOf(call)}:${tag}`;
  return progressReply((onProgress) => engine.images.push(reference, { auth: authOf(call), allTags: tag === '', signal: call.signal, onProgress }));
}

function historyItem(item: { id: string; created: string; createdBy: string; tags: readonly string[]; sizeBytes: number; comment: string }): ImageHistoryItem {
  const created = Math.floor(Date.parse(item.created) / 1000);
  return {
    Id: item.id,
    Created: Number.isNaN(created) ? 0 : created,
    CreatedBy: item.createdBy,
    Tags: item.tags.length > 0 ? item.tags : null,
    Size: item.sizeBytes,
    Comment: item.comment,
  };
}
