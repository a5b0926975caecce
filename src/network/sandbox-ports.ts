import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';

import { isEngineError } from '../base/index.ts';
import { forgetUdpFlows } from '../linux/index.ts';
import { bridgeOptions } from './bridge-options.ts';
import type { NetworkContext } from './context.ts';
import type { OpenPort, PortRule } from './firewall-rules.ts';
import type { FirewallContents } from './firewall.ts';
import { chooseGateways } from './gateway.ts';
import type { PortOwner } from './port-allocator.ts';
import { portRequests } from './port-request.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './record.ts';
import type { PublishedPort } from './types.ts';

/** What the firewall does for a sandbox: ports that are translated, and ports that are open at the container's own address. */
export interface SandboxRules {
  ports: PortRule[];
  open: OpenPort[];
}

/** Publishes what the sandbox asks for, on the network that leads outside. All or nothing; the record then says which ports. */
export async function publishPorts(context: NetworkContext, sandbox: SandboxRecord): Promise<void> {
  const owner = ownerOf(context, sandbox);
  if (sandbox.mode !== 'private' || !owner) return;
  const published: PublishedPort[] = [];
  try {
    for (const request of portRequests(sandbox.request)) {
      if (owner.routed) published.push({ protocol: request.protocol, containerPort: request.containerPort, hostIp: '0.0.0.0', hostPort: 0 });
      else published.push(...(await context.ports.open(request, owner)));
    }
    sandbox.ports = published;
    await addRules(context, sandboxRules(context, sandbox));
  } catch (error) {
    sandbox.ports = [];
    context.ports.close(published);
    throw error;
  }
}

async function addRules(context: NetworkContext, rules: SandboxRules): Promise<void> {
  try {
    context.firewall.addPorts(rules.ports, rules.open);
  } catch (error) {
    if (!isEngineError(error, 'INTERNAL')) throw error;
    await context.firewall.load(); // The table is gone: somebody flushed all rules.
  }
  const udp = rules.ports.filter(({ protocol }) => protocol === 'udp').map(({ hostPort }) => hostPort);
  if (udp.length > 0) forgetUdpFlows(new Set(udp));
}

/** Gives the ports back. */
export function unpublishPorts(context: NetworkContext, sandbox: SandboxRecord): void {
  const rules = sandboxRules(context, sandbox);
  context.ports.close(sandbox.ports);
  sandbox.ports = [];
  context.firewall.removePorts(rules.ports, rules.open);
}

/** Binds the ports of a sandbox again after a restart. A port that somebody took meanwhile stays translated, and is not held. */
export async function rebindPorts(context: NetworkContext, sandbox: SandboxRecord): Promise<void> {
  const owner = ownerOf(context, sandbox);
  if (!owner) return;
  for (const port of sandbox.ports) if (port.hostPort !== 0) await context.ports.bind([port], owner).catch(() => undefined);
}

/** What the engine's table holds: every bridge network, every published port. */
export function firewallContents(context: NetworkContext): FirewallContents {
  const rules = [...context.sandboxes.values()].map((sandbox) => sandboxRules(context, sandbox));
  return {
    networks: [...context.networks.values()].filter(({ driver, configOnly }) => driver === 'bridge' && !configOnly),
    ports: rules.flatMap(({ ports }) => ports),
    open: rules.flatMap(({ open }) => open),
  };
}

/** Rules for the ports in a sandbox's record. */
export function sandboxRules(context: NetworkContext, sandbox: SandboxRecord): SandboxRules {
  const gateways = chooseGateways(context, sandbox.endpoints);
  const ports: PortRule[] = [];
  const open: OpenPort[] = [];
  for (const port of sandbox.ports) {
    const six = isIPv6(port.hostIp);
    const endpoint = six ? gateways.ipv6 : gateways.ipv4;
    const address = (six ? endpoint?.ipv6 : endpoint?.ipv4)?.address;
    const network = endpoint && context.networks.get(endpoint.networkId);
    if (!address || !network || network.driver !== 'bridge') continue;
    if (isRouted(network, six)) open.push({ address, protocol: port.protocol, containerPort: port.containerPort });
    else ports.push({ ...port, target: address, bridge: network.link });
  }
  return { ports, open };
}

/** `routed`: the network's containers are reached by their own addresses, so no port of the host is used. */
function ownerOf(context: NetworkContext, sandbox: SandboxRecord): (PortOwner & { routed: boolean }) | undefined {
  const { ipv4, ipv6 } = chooseGateways(context, sandbox.endpoints);
  const endpoint = ipv4 ?? ipv6;
  const network = endpoint && context.networks.get(endpoint.networkId);
  if (!endpoint || network?.driver !== 'bridge') return undefined;
  return {
    containerName: sandbox.request.containerName,
    endpointId: endpoint.id,
    ipv4: ipv4?.ipv4?.address,
    ipv6: ipv6?.ipv6?.address,
    hostIps: hostIpsOf(network, ipv4),
    routed: isRouted(network, ipv4 === undefined),
  };
}

/** Where a port is published when the container names no address: everywhere, in both families if the host has both. */
function hostIpsOf(network: NetworkRecord, ipv4: EndpointRecord | undefined): string[] {
  const { hostBinding } = bridgeOptions(network.options);
  if (hostBinding) return [hostBinding];
  const hostHasIpv6 = existsSync('/proc/net/if_inet6');
  return [...(ipv4 ? ['0.0.0.0'] : []), ...(hostHasIpv6 ? ['::'] : [])];
}

function isRouted(network: NetworkRecord, six: boolean): boolean {
  const options = bridgeOptions(network.options);
  return (six ? options.gatewayModeIpv6 : options.gatewayModeIpv4) === 'routed';
}
