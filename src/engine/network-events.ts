import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';

/** One event per network of a running container, with Docker's attributes. */
export function publishNetworkEvents(engine: Pick<EngineContext, 'events' | 'networks'>, container: Container, action: 'connect' | 'disconnect'): void {
  for (const [name, endpoint] of Object.entries(container.record.run?.network?.networks ?? {}))
    publishNetworkEvent(engine, action, { id: endpoint.NetworkID, name, container: container.id });
}

/** The event of one network and one container. */
export function publishNetworkEvent(
  engine: Pick<EngineContext, 'events' | 'networks'>,
  action: string,
  network: { id: string; name: string; container?: string },
): void {
  const type = engine.networks.has(network.id) ? engine.networks.inspect(network.id).Driver : 'bridge';
  const attributes = { ...(network.container === undefined ? {} : { container: network.container }), name: network.name, type };
  engine.events.publish({ Type: 'network', Action: action, id: network.id, attributes });
}
