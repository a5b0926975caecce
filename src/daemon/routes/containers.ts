import { json, empty, jsonStream, stream } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import type { Call, Handler } from '../http/call.ts';
import { MULTIPLEXED_STREAM, parseFilters, RAW_STREAM } from '../../api/index.ts';
import type { ContainerCreateBody, ContainerUpdateBody } from '../../api/index.ts';
import { EngineError } from '../../base/index.ts';
import {
  containerChanges,
  containerLogs,
  containerStats,
  pruneContainers,
  topContainer,
  createContainer,
  diagnoseContainer,
  inspectContainer,
  killContainer,
  listContainers,
  parseCondition,
  pauseContainer,
  readableLogs,
  removeContainer,
  renameContainer,
  resizeContainer,
  restartContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
  updateContainer,
  waitContainer,
} from '../../engine/index.ts';
import type { EngineContext, LogsOptions } from '../../engine/index.ts';

/** `/containers` but for attach, archive and what reads a container's inside. */
export function containerRoutes(engine: EngineContext): Route[] {
  return [
    route('GET', '/containers/json', async ({ query }) => {
      const options = { all: query.bool('all'), limit: query.int('limit'), size: query.bool('size'), filters: parseFilters(query.get('filters')) };
      return json(await listContainers(engine, options));
    }),
    route('POST', '/containers/create', async (call) => {
      const body = await call.json<ContainerCreateBody>();
      if (!body) throw new EngineError('INVALID_ARGUMENT', 'invalid JSON: got EOF while reading request body');
      return json(await createContainer(engine, body, { name: call.query.get('name'), platform: call.query.get('platform') }), 201);
    }),
    route('GET', '/containers/{id}/json', async (call) => json(await inspectContainer(engine, idOf(call), { size: call.query.bool('size') }))),
    route(
      'POST',
      '/containers/{id}/start',
      act((id) => startContainer(engine, id)),
    ),
    route(
      'POST',
      '/containers/{id}/stop',
      act((id, call) => stopContainer(engine, id, stopOptions(call))),
    ),
    route(
      'POST',
      '/containers/{id}/restart',
      act((id, call) => restartContainer(engine, id, stopOptions(call))),
    ),
    route(
      'POST',
      '/containers/{id}/kill',
      act((id, call) => killContainer(engine, id, call.query.get('signal'))),
    ),
    route(
      'POST',
      '/containers/{id}/pause',
      act((id) => pauseContainer(engine, id)),
    ),
    route(
      'POST',
      '/containers/{id}/unpause',
      act((id) => unpauseContainer(engine, id)),
    ),
    route(
      'POST',
      '/containers/{id}/rename',
      act((id, call) => renameContainer(engine, id, call.query.get('name') ?? '')),
    ),
    route('POST', '/containers/{id}/update', async (call) =>
      json({ Warnings: await updateContainer(engine, idOf(call), (await call.json<ContainerUpdateBody>()) ?? {}) }),
    ),
    route('POST', '/containers/{id}/resize', (call) => {
      resizeContainer(engine, idOf(call), terminalSize(call));
      return empty(200);
    }),
    route('GET', '/containers/{id}/top', async (call) => json(await topContainer(engine, idOf(call), call.query.get('ps_args')))),
    route('GET', '/containers/{id}/changes', async (call) => json(await containerChanges(engine, idOf(call)))),
    route('GET', '/containers/{id}/stats', (call) => statsRoute(engine, call)),
    route('GET', '/containers/{id}/diagnosis', async (call) => json(await diagnoseContainer(engine, idOf(call)))),
    route('POST', '/containers/prune', async ({ query }) =>
      json(await pruneContainers(engine, parseFilters(query.get('filters')), { dryRun: query.bool('dry-run') })),
    ),
    route('POST', '/containers/{id}/wait', (call) => waitRoute(engine, call)),
    route('GET', '/containers/{id}/logs', (call) => logsRoute(engine, call)),
    route('DELETE', '/containers/{id}', async (call) => {
      if (call.query.bool('link'))
        throw new EngineError('NOT_IMPLEMENTED', 'removing a legacy link is not supported: remove the container, or use a user-defined network');
      await removeContainer(engine, idOf(call), { force: call.query.bool('force'), volumes: call.query.bool('v') });
      return empty();
    }),
  ];
}

/** A verb on one container, answered with 204. */
function act(verb: (id: string, call: Call) => Promise<void>): Handler {
  return async (call) => {
    await verb(idOf(call), call);
    return empty();
  };
}

function idOf(call: Call): string {
  return call.params['id'] ?? '';
}

/** The query of stop and restart: seconds and a signal, the latter since API 1.42. */
function stopOptions(call: Call): { timeoutSeconds: number | undefined; signal: string | undefined } {
  return { timeoutSeconds: call.query.int('t'), signal: call.since('1.42') ? call.query.get('signal') : undefined };
}

/** "h" and "w" of a resize. */
export function terminalSize({ query }: Pick<Call, 'query'>): { rows: number; columns: number } {
  const size = (name: string): number => {
    const text = query.get(name) ?? '';
    if (!/^\d{1,9}$/.test(text) || Number(text) > 65_535)
      throw new EngineError('INVALID_ARGUMENT', `invalid resize ${name === 'h' ? 'height' : 'width'} ${JSON.stringify(text)}: invalid syntax`);
    return Number(text);
  };
  return { rows: size('h'), columns: size('w') };
}

/** The head goes out as soon as the wait is registered: clients start the container only then. */
function waitRoute(engine: EngineContext, call: Call): Reply {
  const ending = waitContainer(engine, idOf(call), parseCondition(call.query.get('condition')), call.signal);
  ending.catch(() => {});
  return jsonStream(
    (async function* () {
      yield await ending;
    })(),
  );
}

function statsRoute(engine: EngineContext, call: Call): Reply {
  const follows = call.query.bool('stream', true);
  const oneShot = call.query.bool('one-shot');
  if (follows && oneShot) throw new EngineError('INVALID_ARGUMENT', 'cannot have stream=true and one-shot=true');
  return jsonStream(containerStats(engine, engine.containers.resolve(idOf(call)), { stream: follows, oneShot, signal: call.signal }));
}

function logsRoute(engine: EngineContext, call: Call): Reply {
  const { query } = call;
  const options: LogsOptions = {
    stdout: query.bool('stdout'),
    stderr: query.bool('stderr'),
    follow: query.bool('follow'),
    timestamps: query.bool('timestamps'),
    details: query.bool('details'),
    since: query.get('since'),
    until: query.get('until'),
    tail: query.get('tail'),
    signal: call.signal,
  };
  const container = readableLogs(engine, idOf(call), options);
  return stream(
    containerLogs(engine, container, { ...options, reuse: true }),
    container.record.config.Tty || !call.since('1.42') ? RAW_STREAM : MULTIPLEXED_STREAM,
  );
}
