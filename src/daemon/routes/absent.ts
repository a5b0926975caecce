import { EngineError } from '../../base/index.ts';
import { json } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';

const noManager = 'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
const noPlugins = 'plugins are not supported: volumes, networks and logs use the built-in drivers';
const noSwarm = 'swarm mode is not supported: use `slipway compose` for several services on one host';

const managed: readonly (readonly [method: string, pattern: string])[] = [
  ['GET', '/swarm'], ['POST', '/swarm/update'], ['GET', '/swarm/unlockkey'], ['POST', '/swarm/unlock'],
  ['GET', '/nodes'], ['GET', '/nodes/{id}'], ['DELETE', '/nodes/{id}'], ['POST', '/nodes/{id}/update'],
  ['GET', '/services'], ['POST', '/services/create'], ['GET', '/services/{id}'], ['DELETE', '/services/{id}'], ['POST', '/services/{id}/update'], ['GET', '/services/{id}/logs'],
  ['GET', '/tasks'], ['GET', '/tasks/{id}'], ['GET', '/tasks/{id}/logs'],
  ['GET', '/secrets'], ['POST', '/secrets/create'], ['GET', '/secrets/{id}'], ['DELETE', '/secrets/{id}'], ['POST', '/secrets/{id}/update'],
  ['GET', '/configs'], ['POST', '/configs/create'], ['GET', '/configs/{id}'], ['DELETE', '/configs/{id}'], ['POST', '/configs/{id}/update'],
]; // prettier-ignore

const plugins: readonly (readonly [method: string, pattern: string])[] = [
  ['GET', '/plugins/privileges'], ['POST', '/plugins/pull'], ['GET', '/plugins/{name*}/json'], ['DELETE', '/plugins/{name*}'], ['POST', '/plugins/{name*}/enable'],
  ['POST', '/plugins/{name*}/disable'], ['POST', '/plugins/{name*}/upgrade'], ['POST', '/plugins/create'], ['POST', '/plugins/{name*}/push'], ['POST', '/plugins/{name*}/set'],
]; // prettier-ignore

/** Endpoints of the API that this engine answers with a refusal: swarm as a Docker outside a swarm does, plugins as not implemented. */
export function absentRoutes(): Route[] {
  return [
    ...managed.map(([method, pattern]) => refusal(method, pattern, new EngineError('UNAVAILABLE', noManager))),
    refusal('POST', '/swarm/init', new EngineError('NOT_IMPLEMENTED', noSwarm)),
    refusal('POST', '/swarm/join', new EngineError('NOT_IMPLEMENTED', noSwarm)),
    refusal('POST', '/swarm/leave', new EngineError('UNAVAILABLE', 'This node is not part of a swarm')),
    route('GET', '/plugins', () => json([])),
    ...plugins.map(([method, pattern]) => refusal(method, pattern, new EngineError('NOT_IMPLEMENTED', noPlugins))),
    refusal('POST', '/containers/{id}/checkpoints', new EngineError('NOT_IMPLEMENTED', 'checkpoints are not supported')),
    refusal('GET', '/containers/{id}/checkpoints', new EngineError('NOT_IMPLEMENTED', 'checkpoints are not supported')),
  ];
}

function refusal(method: string, pattern: string, error: EngineError): Route {
  return route(method, pattern, () => {
    throw error;
  });
}
