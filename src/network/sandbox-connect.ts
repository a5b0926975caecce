import { EngineError } from '../base/index.ts';
import { deleteLink } from '../linux/index.ts';
import type { NetworkContext } from './context.ts';
import { checkEndpoint } from './endpoint-check.ts';
import { attachLink, detachLink, setDefaultRoutes } from './endpoint-link.ts';
import type { Gateways } from './endpoint-link.ts';
import { planEndpoint } from './endpoint-plan.ts';
import { chooseGateways } from './gateway.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './record.ts';
import { startNameServer } from './sandbox-dns.ts';
import { freeIfName } from './sandbox-open.ts';
import { publishPorts, unpublishPorts } from './sandbox-ports.ts';
import type { EndpointSettings } from './types.ts';

/** Attaches a running container to one more network. Its ports move when that network becomes the way out. */
export async function connectSandbox(context: NetworkContext, sandbox: SandboxRecord, network: NetworkRecord, settings: EndpointSettings): Promise<void> {
  checkEndpoint(network, settings);
  refuseConnect(sandbox, network);
  const before = chooseGateways(context, sandbox.endpoints);
  const endpoint = planEndpoint(context, network, sandbox.request, settings, freeIfName(sandbox.endpoints));
  sandbox.endpoints.push(endpoint);
  context.putSandbox(sandbox);
  try {
    attachLink(context.pool.path(sandbox.sandboxId), network, endpoint, chooseGateways(context, sandbox.endpoints));
    context.names.add(endpoint);
    startNameServer(context, sandbox);
    await moveGateway(context, sandbox, before);
  } catch (error) {
    forget(context, sandbox, endpoint);
    throw error;
  }
  context.putSandbox(sandbox);
}

/** Detaches a running container from a network. Throws PERMISSION_DENIED "container X is not connected to network Y". */
export async function disconnectSandbox(context: NetworkContext, sandbox: SandboxRecord, network: NetworkRecord): Promise<void> {
  const endpoint = sandbox.endpoints.find(({ networkId }) => networkId === network.id);
  if (sandbox.mode === 'host' && endpoint)
    throw new EngineError('PERMISSION_DENIED', 'container cannot be disconnected from host network or connected to host network');
  if (!endpoint) throw new EngineError('PERMISSION_DENIED', `container ${sandbox.containerId} is not connected to network ${network.name}`);
  const before = chooseGateways(context, sandbox.endpoints);
  if (before.ipv4 === endpoint || before.ipv6 === endpoint) unpublishPorts(context, sandbox);
  forget(context, sandbox, endpoint);
  await moveGateway(context, sandbox, before);
  context.putSandbox(sandbox);
}

/** Names and address are free at once; the link goes with its other end. */
function forget(context: NetworkContext, sandbox: SandboxRecord, endpoint: EndpointRecord): void {
  context.names.remove(endpoint);
  if (sandbox.mode === 'private') detachLink(context.pool.path(sandbox.sandboxId), endpoint, deleteLink);
  context.releaseAddresses(endpoint);
  sandbox.endpoints = sandbox.endpoints.filter((other) => other !== endpoint);
  context.putSandbox(sandbox);
}

async function moveGateway(context: NetworkContext, sandbox: SandboxRecord, before: Gateways): Promise<void> {
  const now = chooseGateways(context, sandbox.endpoints);
  if (now.ipv4 === before.ipv4 && now.ipv6 === before.ipv6) return;
  if (sandbox.mode === 'private') setDefaultRoutes(context.pool.path(sandbox.sandboxId), now, (endpoint) => context.resolve(endpoint.networkId));
  if (sandbox.ports.length > 0) unpublishPorts(context, sandbox);
  await publishPorts(context, sandbox);
}

function refuseConnect(sandbox: SandboxRecord, network: NetworkRecord): void {
  if (sandbox.endpoints.some(({ networkId }) => networkId === network.id)) {
    throw new EngineError('PERMISSION_DENIED', `endpoint with name ${sandbox.request.containerName} already exists in network ${network.name}`);
  }
  if (network.driver === 'host' || sandbox.mode === 'host') {
    throw new EngineError('PERMISSION_DENIED', 'cannot connect container to host network - container must be created in host network mode');
  }
  if (network.driver === 'null' || sandbox.mode === 'none') {
    throw new EngineError('PERMISSION_DENIED', 'container cannot be connected to multiple networks with one of the networks in private (none) mode');
  }
  if (network.configOnly) throw new EngineError('PERMISSION_DENIED', `configuration-only network ${network.name} cannot be used to run containers`);
}
