import { parseFilters } from '../../api/index.ts';
import type { NetworkConnectBody, NetworkCreateBody, NetworkDisconnectBody } from '../../api/index.ts';
import { connectNetwork, createNetwork, disconnectNetwork, inspectNetwork, listNetworks, pruneNetworks, removeNetwork } from '../../engine/index.ts';
import type { EngineContext } from '../../engine/index.ts';
import type { Call } from '../http/call.ts';
import { empty, json } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';

/** `/networks`. */
export function networkRoutes(engine: EngineContext): Route[] {
  return [
    route('GET', '/networks', (call) => json(listNetworks(engine, parseFilters(call.query.get('filters'))))),
    route('POST', '/networks/create', async (call) => json(await createNetwork(engine, await createBody(call)), 201)),
    route('POST', '/networks/prune', async (call) =>
      json(await pruneNetworks(engine, parseFilters(call.query.get('filters')), { dryRun: call.query.bool('dry-run') })),
    ),
    route('GET', '/networks/{id}', (call) => json(inspectNetwork(engine, idOf(call), call.query.get('scope')))),
    route('DELETE', '/networks/{id}', async (call) => {
      await removeNetwork(engine, idOf(call));
      return empty();
    }),
    route('POST', '/networks/{id}/connect', async (call) => {
      await connectNetwork(engine, idOf(call), (await call.json<NetworkConnectBody>()) ?? { Container: '' });
      return empty(200);
    }),
    route('POST', '/networks/{id}/disconnect', async (call) => {
      await disconnectNetwork(engine, idOf(call), (await call.json<NetworkDisconnectBody>()) ?? { Container: '' });
      return empty(200);
    }),
  ];
}

/** Clients before API 1.48 could not switch IPv4 off. */
async function createBody(call: Call): Promise<NetworkCreateBody> {
  const { EnableIPv4: ipv4, ...body } = (await call.json<NetworkCreateBody>()) ?? { Name: '' };
  return ipv4 !== undefined && call.since('1.48') ? { ...body, EnableIPv4: ipv4 } : body;
}

function idOf(call: Call): string {
  return call.params['id'] ?? '';
}
