import { randomBytes } from 'node:crypto';

import { randomId } from '../base/index.ts';
import { addressBytes } from '../linux/index.ts';
import { dnsNamesOf } from './context.ts';
import type { NetworkContext } from './context.ts';
import { checkEndpoint } from './endpoint-check.ts';
import type { EndpointRecord, NetworkRecord } from './record.ts';
import type { EndpointSettings, SandboxRequest } from './types.ts';

const ifNameOption = 'com.docker.network.endpoint.ifname';

/** Takes addresses and names for a container on a network; the kernel is not touched. Throws with Docker's words, with nothing taken. */
export function planEndpoint(
  context: NetworkContext,
  network: NetworkRecord,
  request: SandboxRequest,
  settings: EndpointSettings,
  ifName: string,
): EndpointRecord {
  checkEndpoint(network, settings);
  const ipv4 = takeAddress(context, network, 32, settings.IPAMConfig?.IPv4Address);
  let ipv6: EndpointRecord['ipv6'];
  try {
    ipv6 = takeAddress(context, network, 128, settings.IPAMConfig?.IPv6Address);
  } catch (error) {
    if (ipv4) context.book(network.id, 32, ipv4.address)?.release(ipv4.address);
    throw error;
  }
  const aliases = settings.Aliases ?? [];
  const mac = settings.MacAddress?.replaceAll('-', ':').toLowerCase();
  return {
    id: randomId(),
    networkId: network.id,
    networkName: network.name,
    containerId: request.containerId,
    ifName: settings.DriverOpts?.[ifNameOption] || ifName,
    hostLink: network.driver === 'bridge' ? `${context.options.bridgePrefix.slice(0, 7)}v${randomBytes(3).toString('hex')}` : '',
    mac: network.driver === 'host' || network.driver === 'null' ? '' : mac || macOf(ipv4?.address),
    ...(ipv4 ? { ipv4 } : {}),
    ...(ipv6 ? { ipv6 } : {}),
    linkLocal: settings.IPAMConfig?.LinkLocalIPs ?? [],
    dnsNames: network.predefined ? [] : dnsNamesOf(request, aliases),
    ipamConfig: settings.IPAMConfig ?? null,
    aliases,
    links: linksOf(network, request, settings),
    driverOpts: settings.DriverOpts ?? null,
    gwPriority: settings.GwPriority ?? 0,
    userMac: Boolean(mac),
  };
}

/** `--link` of a container whose network is the user's own works through names there. */
function linksOf(network: NetworkRecord, request: SandboxRequest, settings: EndpointSettings): string[] {
  const own = settings.Links ?? [];
  const isMode = !network.predefined && (request.mode === network.name || request.mode === network.id);
  return isMode ? [...new Set([...own, ...(request.links ?? [])])] : own;
}

function takeAddress(context: NetworkContext, network: NetworkRecord, bits: 32 | 128, wanted: string | undefined): EndpointRecord['ipv4'] {
  const book = context.book(network.id, bits, wanted || undefined);
  if (!book) return undefined;
  const address = book.take(wanted || undefined);
  const routed = network.driver !== 'bridge' || !network.internal;
  return { address, prefix: book.prefix, ...(book.gateway && routed ? { gateway: book.gateway } : {}) };
}

/** The same for the same address, so that neighbours' caches stay true when an address goes to the next container. */
function macOf(address: string | undefined): string {
  const bytes = address ? addressBytes(address) : randomBytes(4);
  return ['02', '42', ...[...bytes].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
