import { writeFileSync } from 'node:fs';

import { EngineError, messageOf, randomId } from '../base/index.ts';
import { deleteAddress, inNetns, listAddresses, listLinks, removeNetns } from '../linux/index.ts';
import type { NetworkContext } from './context.ts';
import { checkEndpoint } from './endpoint-check.ts';
import { attachLink } from './endpoint-link.ts';
import { planEndpoint } from './endpoint-plan.ts';
import { chooseGateways } from './gateway.ts';
import { parseExtraHosts } from './hosts-file.ts';
import { portRequests } from './port-request.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './record.ts';
import { startNameServer, stopNameServer } from './sandbox-dns.ts';
import { publishPorts, unpublishPorts } from './sandbox-ports.ts';
import type { EndpointSettings, SandboxRequest } from './types.ts';

/** Namespace, links, names and ports of a container that starts. All or nothing. */
export async function openSandbox(context: NetworkContext, request: SandboxRequest): Promise<SandboxRecord> {
  if (context.sandboxes.has(request.containerId)) throw new EngineError('CONFLICT', `container ${request.containerId} has a sandbox already`);
  const networks = requestedNetworks(context, request);
  const mode = modeOf(networks);
  const { sandboxId } = mode === 'host' ? { sandboxId: randomId() } : context.pool.claim();
  const sandbox: SandboxRecord = { containerId: request.containerId, sandboxId, mode, request, endpoints: [], ports: [] };
  try {
    // The record comes first: whatever the kernel is told from here on, a restart finds the name of it.
    for (const { network, settings } of networks) sandbox.endpoints.push(planEndpoint(context, network, request, settings, freeIfName(sandbox.endpoints)));
    context.putSandbox(sandbox);
    configure(context, sandbox);
    await publishPorts(context, sandbox);
    context.putSandbox(sandbox);
  } catch (error) {
    await closeSandbox(context, sandbox);
    throw error;
  }
  return sandbox;
}

/** Releases names, addresses and ports, lets the namespace go, and only then forgets the record. */
export async function closeSandbox(context: NetworkContext, sandbox: SandboxRecord): Promise<void> {
  stopNameServer(context, sandbox.containerId);
  for (const endpoint of sandbox.endpoints) context.names.remove(endpoint);
  try {
    unpublishPorts(context, sandbox);
  } finally {
    if (sandbox.mode !== 'host') letGo(context.pool.path(sandbox.sandboxId));
    for (const endpoint of sandbox.endpoints) context.releaseAddresses(endpoint);
    context.deleteSandbox(sandbox.containerId);
  }
}

/** Processes that joined the namespace may live on in it: they keep its links, but no address that the next container gets. */
function letGo(netnsPath: string): void {
  try {
    inNetns(netnsPath, () => {
      const links = new Set(
        listLinks()
          .filter(({ loopback }) => !loopback)
          .map(({ index }) => index),
      );
      for (const at of listAddresses()) if (links.has(at.link)) deleteAddress(at.link, at);
    });
  } finally {
    removeNetns(netnsPath);
  }
}

/** Checks what can be known before the container starts. Throws INVALID_ARGUMENT, as Docker does at create. */
export function validateRequest(context: NetworkContext, request: SandboxRequest): void {
  portRequests(request);
  parseExtraHosts(request.extraHosts ?? [], []);
  for (const [name, settings] of endpointsOf(request)) {
    const network = context.find(name);
    if (!network) continue; // Docker lets a container be created for a network that comes later.
    try {
      checkEndpoint(network, settings);
    } catch (error) {
      throw new EngineError('INVALID_ARGUMENT', `invalid config for network ${name}: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** First name of a link inside that is free: "eth0", "eth1" … */
export function freeIfName(endpoints: readonly EndpointRecord[]): string {
  const taken = new Set(endpoints.map(({ ifName }) => ifName));
  for (let number = 0; ; number++) if (!taken.has(`eth${number}`)) return `eth${number}`;
}

function configure(context: NetworkContext, sandbox: SandboxRecord): void {
  if (sandbox.mode !== 'private') return;
  const gateways = chooseGateways(context, sandbox.endpoints);
  const netnsPath = context.pool.path(sandbox.sandboxId);
  for (const endpoint of sandbox.endpoints) {
    attachLink(netnsPath, context.resolve(endpoint.networkId), endpoint, gateways);
    context.names.add(endpoint);
  }
  writeSysctls(netnsPath, sandbox.request.sysctls ?? {});
  startNameServer(context, sandbox);
}

function writeSysctls(netnsPath: string, sysctls: Readonly<Record<string, string>>): void {
  if (Object.keys(sysctls).length === 0) return;
  inNetns(netnsPath, () => {
    for (const [name, value] of Object.entries(sysctls)) writeFileSync(sysctlFile(name), value);
  });
}

/** "net.ipv4.conf.eth0/1.rp_filter" → its file; dots of a link's name are written as slashes. Source: sysctl(8). */
function sysctlFile(name: string): string {
  if (!/^net(\.[\w/-]+)+$/.test(name) || name.includes('..')) throw new EngineError('INVALID_ARGUMENT', `invalid sysctl ${JSON.stringify(name)}`);
  return `/proc/sys/${name
    .split('.')
    .map((part) => part.replaceAll('/', '.'))
    .join('/')}`;
}

interface RequestedNetwork {
  network: NetworkRecord;
  settings: EndpointSettings;
}

function requestedNetworks(context: NetworkContext, request: SandboxRequest): RequestedNetwork[] {
  return endpointsOf(request).map(([name, settings]) => {
    const network = context.resolve(name);
    if (network.configOnly) throw new EngineError('PERMISSION_DENIED', `configuration-only network ${network.name} cannot be used to run containers`);
    return { network, settings };
  });
}

/** The networks by name, that of the mode first. A MAC address of old clients belongs to it. */
function endpointsOf(request: SandboxRequest): [string, EndpointSettings][] {
  const mode = request.mode === 'default' || request.mode === '' ? 'bridge' : request.mode;
  const given = Object.entries(request.endpoints ?? {});
  const entries: [string, EndpointSettings][] = given.length > 0 ? given : [[mode, {}]];
  const isMode = (entry: [string, EndpointSettings]): boolean => entry[0] === mode || (entry[0] === 'default' && mode === 'bridge');
  return [...entries.filter(isMode), ...entries.filter((entry) => !isMode(entry))].map(([name, settings], index) => [
    name,
    index === 0 && request.macAddress && !settings.MacAddress ? { ...settings, MacAddress: request.macAddress } : settings,
  ]);
}

function modeOf(networks: readonly RequestedNetwork[]): SandboxRecord['mode'] {
  const drivers = networks.map(({ network }) => network.driver);
  if (drivers.includes('host')) {
    if (drivers.length > 1)
      throw new EngineError('INVALID_ARGUMENT', 'cannot connect container to host network - container must be created in host network mode');
    return 'host';
  }
  if (!drivers.includes('null')) return 'private';
  if (drivers.length > 1)
    throw new EngineError('INVALID_ARGUMENT', 'container cannot be connected to multiple networks with one of the networks in private (none) mode');
  return 'none';
}
