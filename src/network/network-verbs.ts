import type { Filters } from '../api/index.ts';
import { checkFilters, matchesLabels } from '../api/index.ts';
import { EngineError, parseMoment, randomId, shortId } from '../base/index.ts';
import { ensureBridge, removeBridge } from './bridge-link.ts';
import type { NetworkContext } from './context.ts';
import { hostSubnets } from './host-subnets.ts';
import { planNetwork } from './network-plan.ts';
import { networkView } from './network-view.ts';
import type { NetworkRecord } from './record.ts';
import type { NetworkCreateRequest, NetworkResource } from './types.ts';
import { ensureParent, removeParent, vlanMode } from './vlan-parent.ts';

/** Makes a network: record, link, rules; nothing stays when a step fails. */
export async function createNetwork(context: NetworkContext, request: NetworkCreateRequest, created: string): Promise<NetworkRecord> {
  const network = planNetwork(request, {
    networks: [...context.networks.values()],
    pools: context.options.addressPools,
    taken: hostSubnets,
    bridgePrefix: context.options.bridgePrefix,
    id: randomId(),
    created,
  });
  if (network.driver === 'ipvlan' || network.driver === 'macvlan') vlanMode(network);
  context.putNetwork(network);
  try {
    await makeLink(context, network);
  } catch (error) {
    await removeLink(context, network).catch(() => undefined);
    context.deleteNetwork(network);
    throw error;
  }
  return context.networks.get(network.id) ?? network;
}

/** Forgets a network at once; its link and rules go a moment later, at the latest when the engine starts again. */
export async function removeNetwork(context: NetworkContext, network: NetworkRecord): Promise<void> {
  if (network.predefined) throw new EngineError('PERMISSION_DENIED', `${network.name} is a pre-defined network and cannot be removed`);
  const endpoints = context.endpointsOf(network.id);
  if (endpoints.length > 0) {
    const list = endpoints.map(
      ({ id, containerId }) => `name:${JSON.stringify(context.sandboxes.get(containerId)?.request.containerName)} id:${JSON.stringify(shortId(id))}`,
    );
    throw new EngineError('PERMISSION_DENIED', `error while removing network: network ${network.name} has active endpoints (${list.join(', ')})`);
  }
  const dependent = [...context.networks.values()].find(({ configFrom }) => configFrom === network.name || configFrom === network.id);
  if (network.configOnly && dependent)
    throw new EngineError('PERMISSION_DENIED', `error while removing network: configuration network ${JSON.stringify(network.name)} is in use`);
  context.deleteNetwork(network);
  await removeLink(context, network);
}

/** Removes networks that no container uses. */
export async function pruneNetworks(context: NetworkContext, filters: Filters, isUsed: (network: NetworkResource) => boolean): Promise<string[]> {
  checkFilters(filters, ['until', 'label', 'label!']);
  const until = filters['until']?.[0];
  const before = until === undefined ? Infinity : parseMoment(until, Date.now());
  const deleted: string[] = [];
  for (const network of context.networks.values()) {
    if (network.predefined || !matchesLabels(filters, network.labels) || Date.parse(network.created) >= before) continue;
    if (context.endpointsOf(network.id).length > 0 || isUsed(networkView(context, network))) continue;
    await removeNetwork(context, network);
    deleted.push(network.name);
  }
  return deleted;
}

async function makeLink(context: NetworkContext, network: NetworkRecord): Promise<void> {
  if (network.configOnly) return;
  if (network.driver === 'ipvlan' || network.driver === 'macvlan') {
    context.putNetwork(ensureParent(network));
    return;
  }
  if (network.driver !== 'bridge') return;
  ensureBridge(network, context.options.netnsDir);
  await context.firewall.addNetwork(network);
}

async function removeLink(context: NetworkContext, network: NetworkRecord): Promise<void> {
  if (network.configOnly) return;
  if (network.driver === 'ipvlan' || network.driver === 'macvlan') {
    const shared = [...context.networks.values()].some(({ id, link }) => id !== network.id && link === network.link);
    if (!shared) removeParent(network);
    return;
  }
  try {
    await context.firewall.removeNetwork(network);
  } finally {
    removeBridge(network);
  }
}
