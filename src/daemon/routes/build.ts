import { checkFilters, parseFilters } from '../../api/index.ts';
import { answerBuild, answerBuildCheck } from '../../builder/index.ts';
import type { Builder, CachePruneOptions } from '../../builder/index.ts';
import { EngineError, parseMoment } from '../../base/index.ts';
import type { Call } from '../http/call.ts';
import { json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { progressReply } from '../progress-reply.ts';

/** `/build`, `/build/prune` and `/session`. */
export function buildRoutes(builder: Builder): Route[] {
  return [
    route('POST', '/build', (call) => build(builder, call)),
    route('POST', '/build/prune', async (call) => {
      const { ids, reclaimedBytes } = await builder.prune(pruneOptions(call));
      return json({ CachesDeleted: ids.length > 0 ? ids : null, SpaceReclaimed: reclaimedBytes });
    }),
    route('POST', '/session', () => {
      throw new EngineError('NOT_IMPLEMENTED', 'BuildKit sessions are not supported: build with `slipway build`, or with DOCKER_BUILDKIT=0');
    }),
  ];
}

async function build(builder: Builder, call: Call): Promise<Reply> {
  const { query, headers, body, signal } = call;
  if (query.get('version') === '2')
    throw new EngineError('NOT_IMPLEMENTED', 'BuildKit builds are not supported: build with `slipway build`, or with DOCKER_BUILDKIT=0');
  if (query.bool('check')) return json(await answerBuildCheck(builder, { query, headers, body, signal }));
  return await progressReply((onProgress) => answerBuild(builder, { query, headers, body, signal }, onProgress));
}

function pruneOptions({ query }: Call): CachePruneOptions {
  const filters = parseFilters(query.get('filters'));
  checkFilters(filters, ['until', 'unused-for', 'id', 'parent', 'type', 'description', 'inuse', 'shared', 'private', 'label', 'label!']);
  const until = filters['until']?.[0] ?? filters['unused-for']?.[0];
  const { 'unused-for': _, ...rest } = filters;
  const seconds = until === undefined ? {} : { until: [String(Math.floor(parseMoment(until, Date.now()) / 1000))] };
  const keepBytes = query.int('reserved-space') ?? query.int('keep-storage');
  return { all: query.bool('all'), filters: { ...rest, ...seconds }, ...(keepBytes === undefined ? {} : { keepBytes }) };
}
