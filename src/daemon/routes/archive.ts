import type { ContainerConfig } from '../../api/index.ts';
import { EngineError } from '../../base/index.ts';
import { commitContainer, exportContainer, readArchive, statArchive, writeArchive } from '../../engine/index.ts';
import type { EngineContext } from '../../engine/index.ts';
import type { Call } from '../http/call.ts';
import { empty, json, stream } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';

const STAT_HEADER = 'X-Docker-Container-Path-Stat';

/** Files of containers: archive, export, and commit. */
export function archiveRoutes(engine: EngineContext): Route[] {
  return [
    route('HEAD', '/containers/{id}/archive', async (call) => empty(200, { [STAT_HEADER]: encode(await statArchive(engine, idOf(call), pathOf(call))) })),
    route('GET', '/containers/{id}/archive', async (call) => {
      const { stat, stream: archive } = await readArchive(engine, idOf(call), pathOf(call));
      return stream(archive, 'application/x-tar', { [STAT_HEADER]: encode(stat) });
    }),
    route('PUT', '/containers/{id}/archive', async (call) => {
      const { query, body: source, signal } = call;
      await writeArchive(engine, idOf(call), {
        path: pathOf(call),
        source,
        signal,
        keepKinds: query.bool('noOverwriteDirNonDir'),
        ownedByUser: query.bool('copyUIDGID'),
      });
      return empty(200);
    }),
    route('GET', '/containers/{id}/export', async (call) => stream(await exportContainer(engine, idOf(call)), 'application/octet-stream')),
    route('POST', '/commit', async (call) => {
      const { query } = call;
      const config = (await call.json<Partial<ContainerConfig>>()) ?? undefined;
      const container = query.get('container') ?? '';
      if (container === '') throw new EngineError('INVALID_ARGUMENT', 'invalid name or ID supplied: ""');
      const [repository, tag] = [query.get('repo') ?? '', query.get('tag') ?? ''];
      const id = await commitContainer(engine, container, {
        reference: repository === '' ? undefined : tag === '' ? repository : `${repository}:${tag}`,
        comment: query.get('comment') ?? '',
        author: query.get('author') ?? '',
        pause: query.bool('pause', true),
        changes: query.all('changes'),
        config,
      });
      return json({ Id: id }, 201);
    }),
  ];
}

function idOf(call: Call): string {
  return call.params['id'] ?? '';
}

function pathOf(call: Call): string {
  return call.query.get('path') ?? '';
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}
