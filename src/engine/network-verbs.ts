import { checkFilters } from '../api/index.ts';
import type {
  EndpointSettings,
  Filters,
  NetworkConnectBody,
  NetworkCreateBody,
  NetworkCreateResponse,
  NetworkDisconnectBody,
  NetworkInspect,
  NetworksPruned,
} from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import type { EndpointSettings as NetworkEndpoint, NetworkCreateRequest, NetworkResource } from '../network/index.ts';
import { checkTypes } from './check-create.ts';
import type { Container } from './container.ts';
import { containerDir } from './container-dir.ts';
import { recordSandbox, writeNetworkFiles } from './container-start.ts';
import type { EngineContext } from './context.ts';
import { publishNetworkEvent } from './network-events.ts';
import { sandboxRequest } from './sandbox-request.ts';

const accepted = ['dangling', 'driver', 'id', 'label', 'label!', 'name', 'scope', 'type'];

/** The networks that match, without their containers. */
export function listNetworks(engine: EngineContext, filters: Filters): NetworkInspect[] {
  checkFilters(filters, accepted);
  return engine.networks.list(filters);
}

/** One network with its containers. Another scope than "local" has none. */
export function inspectNetwork(engine: EngineContext, reference: string, scope?: string): NetworkInspect {
  if (scope !== undefined && scope !== '' && scope !== 'local') throw new EngineError('NOT_FOUND', `network ${reference} not found`);
  return engine.networks.inspect(reference);
}

/** Makes a network. */
export async function createNetwork(engine: EngineContext, body: NetworkCreateBody): Promise<NetworkCreateResponse> {
  checkTypes({ ...body }, { Name: 'string', Driver: 'string', Internal: 'boolean', Attachable: 'boolean', Ingress: 'boolean', EnableIPv4: 'boolean', EnableIPv6: 'boolean', Options: 'object', Labels: 'object', IPAM: 'object', ConfigFrom: 'object', ConfigOnly: 'boolean', Scope: 'string' }); // prettier-ignore
  checkTypes({ ...body.IPAM }, { Driver: 'string', Options: 'object', Config: 'list' });
  const { id, warning } = await engine.networks.create(structuredClone(body) as NetworkCreateRequest);
  publishNetworkEvent(engine, 'create', { id, name: body.Name });
  return { Id: id, Warning: warning };
}

/** Removes a network that no running container is on. */
export async function removeNetwork(engine: EngineContext, reference: string): Promise<void> {
  const { Driver: type } = engine.networks.inspect(reference);
  const { id, name } = await engine.networks.remove(reference);
  engine.events.publish({ Type: 'network', Action: 'destroy', id, attributes: { name, type } });
}

/** Removes the networks that no container names. With `dryRun` it only tells. */
export async function pruneNetworks(engine: EngineContext, filters: Filters, options: { dryRun?: boolean } = {}): Promise<NetworksPruned> {
  checkFilters(filters, ['label', 'label!', 'until']);
  const query = filters;
  const isUsed = (network: NetworkResource): boolean => engine.containers.all().some((container) => names(container, network));
  const candidates = engine.networks.list();
  if (options.dryRun) {
    const unused = candidates.filter(
      (network) =>
        !['bridge', 'host', 'none'].includes(network.Name) && !isUsed(network) && Object.keys(engine.networks.inspect(network.Id).Containers).length === 0,
    );
    return { NetworksDeleted: unused.map(({ Name }) => Name) };
  }
  const { NetworksDeleted: deleted } = await engine.networks.prune(query, isUsed);
  for (const network of candidates)
    if (deleted.includes(network.Name))
      engine.events.publish({ Type: 'network', Action: 'destroy', id: network.Id, attributes: { name: network.Name, type: network.Driver } });
  engine.events.publish({ Type: 'network', Action: 'prune', id: '', attributes: { reclaimed: '0' } });
  return { NetworksDeleted: deleted.length > 0 ? deleted : null };
}

/** True when a container would join the network at its next start, or is on it. */
function names(container: Container, network: NetworkResource): boolean {
  const asked = Object.keys(container.record.endpoints);
  return (
    asked.includes(network.Name) ||
    asked.includes(network.Id) ||
    Object.values(container.record.run?.network?.networks ?? {}).some(({ NetworkID: id }) => id === network.Id)
  );
}

/** Puts a container on a network, at once when it runs. */
export async function connectNetwork(engine: EngineContext, reference: string, body: NetworkConnectBody): Promise<void> {
  checkTypes({ ...body }, { Container: 'string', EndpointConfig: 'object' });
  const container = engine.containers.resolve(body.Container ?? '');
  const network = engine.networks.inspect(reference);
  using _ = await container.lock.acquire();
  if (network.Name === 'host') throw new EngineError('CONFLICT', 'cannot connect container to host network - container must be created in host network mode');
  refuseFixedMode(container);
  const settings = body.EndpointConfig ?? {};
  const endpoints = { ...container.record.endpoints, [network.Name]: settings };
  if (container.task) await connectRunning(engine, container, { network, settings });
  else engine.networks.validate(sandboxRequest(engine, { ...container.record, endpoints }));
  container.update({ endpoints });
}

async function connectRunning(
  engine: EngineContext,
  container: Container,
  { network, settings }: { network: NetworkResource; settings: Partial<EndpointSettings> },
): Promise<void> {
  const sandbox = await engine.networks.connect(container.id, network.Id, structuredClone(settings) as NetworkEndpoint);
  recordSandbox(container, sandbox);
  writeNetworkFiles(containerDir(engine, container.id), sandbox.files);
  publishNetworkEvent(engine, 'connect', { id: network.Id, name: network.Name, container: container.id });
}

function refuseFixedMode({ record }: Container): void {
  const mode = record.hostConfig.NetworkMode;
  if (mode === 'host')
    throw new EngineError('CONFLICT', 'container sharing network namespace with another container or host cannot be connected to any other network');
  if (mode.startsWith('container:'))
    throw new EngineError('CONFLICT', 'container sharing network namespace with another container or host cannot be connected to any other network');
}

/** Takes a container off a network. */
export async function disconnectNetwork(engine: EngineContext, reference: string, body: NetworkDisconnectBody): Promise<void> {
  checkTypes({ ...body }, { Container: 'string', Force: 'boolean' });
  const container = engine.containers.resolve(body.Container ?? '');
  const network = engine.networks.inspect(reference);
  using _ = await container.lock.acquire();
  if (container.record.hostConfig.NetworkMode === 'host' || network.Name === 'host')
    throw new EngineError('CONFLICT', 'container cannot be disconnected from host network or connected to host network');
  const key = Object.keys(container.record.endpoints).find(
    (name) => name === network.Name || network.Id === name || (name.length >= 12 && network.Id.startsWith(name)),
  );
  if (container.task) {
    const sandbox = await engine.networks.disconnect(container.id, network.Id);
    publishNetworkEvent(engine, 'disconnect', { id: network.Id, name: network.Name, container: container.id });
    recordSandbox(container, sandbox);
    writeNetworkFiles(containerDir(engine, container.id), sandbox.files);
  } else if (key === undefined) {
    throw new EngineError('FAILED_PRECONDITION', `container ${container.id} is not connected to the network ${network.Name}`, { details: { status: 403 } });
  }
  const { [key ?? network.Name]: _dropped, ...endpoints } = container.record.endpoints;
  container.update({ endpoints });
}
