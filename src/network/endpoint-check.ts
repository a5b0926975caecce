import { isIP, isIPv4, isIPv6 } from 'node:net';

import { EngineError } from '../base/index.ts';
import { listOf } from './ipam-check.ts';
import type { NetworkRecord } from './record.ts';
import { containsAddress, mustParseSubnet } from './subnet.ts';
import type { EndpointSettings } from './types.ts';

/** Checks what a container asks of a network. Throws INVALID_ARGUMENT with every fault, in Docker's words. */
export function checkEndpoint(network: NetworkRecord, settings: EndpointSettings): void {
  const faults = endpointFaults(network, settings);
  if (faults.length > 0) throw new EngineError('INVALID_ARGUMENT', `invalid endpoint settings:\n${listOf(faults)}`);
}

function endpointFaults(network: NetworkRecord, settings: EndpointSettings): string[] {
  const { IPv4Address: ipv4 = '', IPv6Address: ipv6 = '', LinkLocalIPs: linkLocal } = settings.IPAMConfig ?? {};
  const faults: string[] = [];
  if (network.predefined) {
    if (ipv4 || ipv6) faults.push('user specified IP address is supported on user defined networks only');
    if ((settings.Aliases ?? []).length > 0) faults.push('network-scoped alias is supported only for containers in user defined networks');
  }
  if (ipv4 && !isIPv4(ipv4)) faults.push(`invalid IPv4 address: ${ipv4}`);
  else if (ipv4) faults.push(...placeFaults(network, ipv4));
  if (ipv6 && !isIPv6(ipv6)) faults.push(`invalid IPv6 address: ${ipv6}`);
  else if (ipv6) faults.push(...placeFaults(network, ipv6));
  for (const address of linkLocal ?? []) if (!isIP(address)) faults.push(`invalid link-local IP address: ${address}`);
  if (settings.MacAddress && !/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(settings.MacAddress)) faults.push(`invalid MAC address: ${settings.MacAddress}`);
  return faults;
}

/** A fixed address must lie in a subnet that the user chose: one from the pools may be another one tomorrow. */
function placeFaults(network: NetworkRecord, address: string): string[] {
  const bits = isIPv4(address) ? 32 : 128;
  const subnets = network.userSubnets.map(mustParseSubnet).filter((subnet) => subnet.bits === bits);
  if (subnets.length === 0) return ['user specified IP address is supported only when connecting to networks with user configured subnets'];
  return subnets.some((subnet) => containsAddress(subnet, address)) ? [] : [`no configured subnet or ip-range contain the IP address ${address}`];
}
