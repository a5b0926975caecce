import { parseFilters } from '../../api/index.ts';
import type { VolumeCreateBody } from '../../api/index.ts';
import { EngineError } from '../../base/index.ts';
import { createVolume, listVolumes, pruneVolumes, removeVolume } from '../../engine/index.ts';
import type { EngineContext } from '../../engine/index.ts';
import { empty, json } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';

/** `/volumes`. */
export function volumeRoutes(engine: EngineContext): Route[] {
  return [
    route('GET', '/volumes', (call) => json({ Volumes: listVolumes(engine, parseFilters(call.query.get('filters'))), Warnings: null })),
    route('POST', '/volumes/create', async (call) => json(await createVolume(engine, (await call.json<VolumeCreateBody>()) ?? {}), 201)),
    route('POST', '/volumes/prune', async (call) =>
      json(await pruneVolumes(engine, pruneFilters(call.query.get('filters'), call.since('1.42')), { dryRun: call.query.bool('dry-run') })),
    ),
    route('GET', '/volumes/{name}', (call) => json(engine.volumes.resolve(call.params['name'] ?? ''))),
    route('PUT', '/volumes/{name}', () => {
      throw new EngineError(
        'UNAVAILABLE',
        'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
      );
    }),
    route('DELETE', '/volumes/{name}', async (call) => {
      await removeVolume(engine, call.params['name'] ?? '', { force: call.query.bool('force') });
      return empty();
    }),
  ];
}

/** Before API 1.42, prune took named volumes too. */
function pruneFilters(text: string | undefined, anonymousOnly: boolean): ReturnType<typeof parseFilters> {
  const filters = parseFilters(text);
  return anonymousOnly ? filters : { all: ['true'], ...filters };
}
