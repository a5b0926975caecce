import { isEngineError } from '../base/index.ts';
import { EngineError } from '../base/index.ts';
import type { State } from '../state/index.ts';
import { defaultAddressPools } from './address-pool.ts';
import { dnsNamesOf, NetworkContext } from './context.ts';
import { listenersOf } from './listeners.ts';
import { createNetwork, pruneNetworks, removeNetwork } from './network-verbs.ts';
import { listNetworks, networkView } from './network-view.ts';
import { diagnosePort, reachOf } from './port-reach.ts';
import type { SandboxRecord } from './record.ts';
import { destroy } from './destroy.ts';
import { restore } from './restore.ts';
import { connectSandbox, disconnectSandbox } from './sandbox-connect.ts';
import { stopNameServer } from './sandbox-dns.ts';
import { closeSandbox, openSandbox, validateRequest } from './sandbox-open.ts';
import { sandboxView } from './sandbox-view.ts';
import type { NetworkStore, NetworkStoreOptions } from './types.ts';

/** What `openNetworks` takes: the state, and what of the defaults is not wanted. */
export type OpenNetworksOptions = Pick<NetworkStoreOptions, 'netnsDir'> & Partial<Omit<NetworkStoreOptions, 'netnsDir'>> & { state: State };

/** Reads the records; nothing in the kernel is touched before `restore`, which comes next. */
export function openNetworks({ state, ...options }: OpenNetworksOptions): NetworkStore {
  const context = new NetworkContext(
    { bridgePrefix: 'slipway', nftTable: 'slipway', ...options, addressPools: options.addressPools?.length ? options.addressPools : defaultAddressPools },
    state,
  );
  return {
    async create(request) {
      const network = await createNetwork(context, request, timestamp());
      return { id: network.id, warning: '' };
    },
    list: (filters) => listNetworks(context, filters),
    inspect: (nameOrId) => networkView(context, context.resolve(nameOrId)),
    has: (nameOrId) => isKnown(context, nameOrId),
    async remove(nameOrId) {
      const network = context.resolve(nameOrId);
      await removeNetwork(context, network);
      return { id: network.id, name: network.name };
    },
    prune: async (filters, isUsed = () => false) => ({ NetworksDeleted: await pruneNetworks(context, filters, isUsed) }),

    validate: (request) => validateRequest(context, request),
    openSandbox: async (request) => sandboxView(context, await openSandbox(context, request)),
    sandbox(containerId) {
      const sandbox = context.sandboxes.get(containerId);
      return sandbox && sandboxView(context, sandbox);
    },
    async closeSandbox(containerId) {
      const sandbox = context.sandboxes.get(containerId);
      if (sandbox) await closeSandbox(context, sandbox);
    },
    async connect(containerId, nameOrId, settings = {}) {
      const sandbox = sandboxOf(context, containerId);
      await connectSandbox(context, sandbox, context.resolve(nameOrId), settings);
      return sandboxView(context, sandbox);
    },
    async disconnect(containerId, nameOrId) {
      const sandbox = sandboxOf(context, containerId);
      await disconnectSandbox(context, sandbox, context.resolve(nameOrId));
      return sandboxView(context, sandbox);
    },
    rename: (containerId, name) => rename(context, containerId, name),

    restore: (running) => restore(context, new Set(running), timestamp),
    publishedPorts: (containerId) => context.sandboxes.get(containerId)?.ports ?? [],
    reach: (port) => reachOf(port),
    listeners: listenersOf,
    async diagnose(containerId, pid) {
      const sandbox = context.sandboxes.get(containerId);
      const listeners = sandbox?.ports.length ? await listenersOf(pid) : [];
      const own = sandbox?.endpoints.flatMap(({ ipv4, ipv6 }) => [ipv4?.address ?? [], ipv6?.address ?? []].flat()) ?? [];
      return (sandbox?.ports ?? []).map((port) => diagnosePort(port, listeners, own));
    },
    async close() {
      for (const containerId of context.servers.keys()) stopNameServer(context, containerId);
      context.ports.closeAll();
      context.pool.close();
      await context.firewall.close();
    },
    destroy: () => destroy(context),
  };
}

function sandboxOf(context: NetworkContext, containerId: string): SandboxRecord {
  const sandbox = context.sandboxes.get(containerId);
  if (!sandbox) throw new EngineError('CONFLICT', `container ${containerId} is not running`);
  return sandbox;
}

function isKnown(context: NetworkContext, nameOrId: string): boolean {
  try {
    return context.find(nameOrId) !== undefined;
  } catch (error) {
    if (isEngineError(error, 'INVALID_ARGUMENT')) return false;
    throw error;
  }
}

function rename(context: NetworkContext, containerId: string, name: string): void {
  const sandbox = context.sandboxes.get(containerId);
  if (!sandbox) return;
  for (const endpoint of sandbox.endpoints) context.names.remove(endpoint);
  sandbox.request = { ...sandbox.request, containerName: name };
  for (const endpoint of sandbox.endpoints) {
    if (endpoint.dnsNames.length > 0) endpoint.dnsNames = dnsNamesOf(sandbox.request, endpoint.aliases);
    context.names.add(endpoint);
  }
  context.putSandbox(sandbox);
}

/** RFC 3339 with nine digits behind the point, as Docker writes times. */
function timestamp(): string {
  const nanoseconds = String(process.hrtime.bigint() % 1_000_000n).padStart(6, '0');
  return new Date().toISOString().replace('Z', `${nanoseconds}Z`);
}
