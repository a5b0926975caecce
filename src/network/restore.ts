import { existsSync, mkdirSync, readdirSync } from 'node:fs';

import { messageOf, randomId, systemCode } from '../base/index.ts';
import { deleteLink, inNetns, linkNamed, listLinks, removeNetns } from '../linux/index.ts';
import { chooseSubnet } from './address-pool.ts';
import { ensureBridge } from './bridge-link.ts';
import type { NetworkContext } from './context.ts';
import { hostSubnets } from './host-subnets.ts';
import { firstAddress } from './ipam.ts';
import type { NetworkDriver, NetworkRecord, SandboxRecord } from './record.ts';
import { startNameServer } from './sandbox-dns.ts';
import { rebindPorts } from './sandbox-ports.ts';
import { formatSubnet, mustParseSubnet } from './subnet.ts';
import { ensureParent } from './vlan-parent.ts';

/** Brings kernel and records together after a start: what runs is adopted, what is missing is made, what nobody owns is removed. */
export async function restore(context: NetworkContext, running: ReadonlySet<string>, now: () => string): Promise<void> {
  await context.firewall.claim();
  mkdirSync(context.options.netnsDir, { recursive: true, mode: 0o700 });
  const lost = [...context.sandboxes.values()].filter((sandbox) => !running.has(sandbox.containerId) || !isAlive(context, sandbox));
  for (const sandbox of lost) context.deleteSandbox(sandbox.containerId);
  makePredefined(context, now);
  for (const sandbox of context.sandboxes.values()) takeBack(context, sandbox);
  removeStrayNetns(context);
  for (const network of context.networks.values()) repairLink(context, network);
  removeStrayBridges(context);
  await context.firewall.removeOrphans();
  for (const sandbox of context.sandboxes.values()) {
    startNameServer(context, sandbox);
    await rebindPorts(context, sandbox);
  }
  await context.firewall.load();
  context.pool.refill();
}

/** The namespace of the record still is one; after a reboot its file is gone or empty. */
function isAlive(context: NetworkContext, sandbox: SandboxRecord): boolean {
  if (sandbox.mode === 'host') return true;
  try {
    inNetns(context.pool.path(sandbox.sandboxId), () => undefined);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EINVAL') return false;
    throw error;
  }
}

/** Addresses and names of an adopted sandbox are taken again. */
function takeBack(context: NetworkContext, sandbox: SandboxRecord): void {
  sandbox.endpoints = sandbox.endpoints.filter(({ networkId }) => context.networks.has(networkId));
  for (const endpoint of sandbox.endpoints) {
    for (const at of [endpoint.ipv4, endpoint.ipv6]) {
      if (at) context.book(endpoint.networkId, at.address.includes(':') ? 128 : 32, at.address)?.take(at.address);
    }
    context.names.add(endpoint);
  }
}

function removeStrayNetns(context: NetworkContext): void {
  const known = new Set([...context.sandboxes.values()].map(({ sandboxId }) => context.pool.path(sandboxId)));
  for (const name of readdirSync(context.options.netnsDir)) {
    const path = context.pool.path(name);
    if (!known.has(path)) removeNetns(path);
  }
}

/** A network whose link cannot be had stays in the list, unusable, rather than stopping the engine. */
function repairLink(context: NetworkContext, network: NetworkRecord): void {
  if (network.configOnly) return;
  try {
    if (network.driver === 'bridge') ensureBridge(network, context.options.netnsDir);
    else if (network.driver === 'ipvlan' || network.driver === 'macvlan') ensureParent(network);
  } catch (error) {
    process.emitWarning(`network ${network.name}: ${messageOf(error)}`, 'SlipwayNetwork');
  }
}

/** Bridges that carry our note and belong to no network, and ports of ours that no sandbox has. */
function removeStrayBridges(context: NetworkContext): void {
  const links = listLinks();
  const wanted = new Set([...context.networks.values()].map(({ link }) => link));
  const ours = links.filter(({ kind, alias }) => kind === 'bridge' && alias === context.options.netnsDir);
  for (const { name } of ours) if (!wanted.has(name)) deleteLink(name);
  // Of engines like this one whose directory is gone.
  for (const { name, kind, alias } of links) if (kind === 'bridge' && /^\/.*\/netns$/.test(alias) && !existsSync(alias)) deleteLink(name);
  const adopted = new Set([...context.sandboxes.values()].flatMap(({ endpoints }) => endpoints.map(({ hostLink }) => hostLink)));
  const bridges = new Set(ours.map(({ index }) => index));
  for (const { name, kind, master } of links) if (kind === 'veth' && bridges.has(master) && !adopted.has(name)) deleteLink(name);
}

/** "bridge", "host" and "none" exist in every engine. */
function makePredefined(context: NetworkContext, now: () => string): void {
  const make = (name: string, driver: NetworkDriver, change: Partial<NetworkRecord> = {}): void => {
    if (!context.find(name)) context.putNetwork({ ...emptyNetwork(name, driver, now()), ...change });
  };
  if (!context.find('bridge')) make('bridge', 'bridge', defaultBridge(context));
  make('host', 'host');
  make('none', 'null');
}

function defaultBridge(context: NetworkContext): Partial<NetworkRecord> {
  const link = `${context.options.bridgePrefix}0`;
  // After a lost database the bridge may be there still, with containers of nobody: its block is ours, not a neighbour's.
  const own = linkNamed(link)?.index;
  const used = [...context.networks.values()].flatMap(({ ipam }) => ipam.map(({ Subnet = '' }) => mustParseSubnet(Subnet)));
  const subnet = chooseSubnet(context.options.addressPools, [...used, ...hostSubnets(own)], 32);
  return {
    link,
    ownsLink: true,
    ipam: [{ Subnet: formatSubnet(subnet), Gateway: firstAddress(subnet) }],
    ipamOptions: null,
    options: {
      'com.docker.network.bridge.default_bridge': 'true',
      'com.docker.network.bridge.enable_icc': 'true',
      'com.docker.network.bridge.enable_ip_masquerade': 'true',
      'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
      'com.docker.network.bridge.name': link,
      'com.docker.network.driver.mtu': '1500',
    },
  };
}

function emptyNetwork(name: string, driver: NetworkDriver, created: string): NetworkRecord {
  const flags = { predefined: true, internal: false, attachable: false, ingress: false, configOnly: false, configFrom: '', ipv4: true, ipv6: false };
  const ipam = { ipamDriver: 'default', ipamOptions: null, ipam: [], userSubnets: [] };
  return { id: randomId(), name, created, driver, ...flags, ...ipam, options: {}, labels: {}, link: '', ownsLink: false };
}
