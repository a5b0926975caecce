import { isIP, isIPv4 } from 'node:net';

import { EngineError } from '../base/index.ts';
import { containsAddress, containsSubnet, formatSubnet, parseSubnet } from './subnet.ts';
import type { Subnet } from './subnet.ts';
import type { IpamConfig } from './types.ts';

/** Checks what the user says about addresses. Throws INVALID_ARGUMENT with every fault, in Docker's words. */
export function checkIpam(configs: readonly IpamConfig[]): void {
  const faults = configs.flatMap(faultsOf);
  if (faults.length > 0) throw new EngineError('INVALID_ARGUMENT', `invalid network config:\n${listOf(faults)}`);
}

/** One fault stands by itself, several become a list. */
export function listOf(faults: readonly string[]): string {
  return faults.length === 1 ? (faults[0] ?? '') : faults.map((fault) => `* ${fault}`).join('\n');
}

function faultsOf(config: IpamConfig): string[] {
  const text = config.Subnet ?? '';
  // A gateway or range without its subnet cannot be placed; no subnet at all asks for one of the pools.
  if (text === '' && !config.IPRange && !config.Gateway) return [];
  const subnet = parseSubnet(text);
  if (!subnet) return [`invalid subnet ${text}: invalid CIDR block notation`];
  const faults = isMasked(text, subnet) ? [] : [`invalid subnet ${text}: it should be ${formatSubnet(subnet)}`];
  if (config.IPRange) faults.push(...rangeFaults(config.IPRange, subnet));
  if (config.Gateway) faults.push(...addressFaults('gateway', config.Gateway, subnet));
  for (const address of Object.values(config.AuxiliaryAddresses ?? {})) faults.push(...addressFaults('auxiliary address', address, subnet));
  return faults;
}

function rangeFaults(text: string, subnet: Subnet): string[] {
  const range = parseSubnet(text);
  if (!range) return [`invalid ip-range ${text}: invalid CIDR block notation`];
  if (range.bits !== subnet.bits) return [`invalid ip-range ${text}: parent subnet is an ${familyName(subnet)} block`];
  const faults = range.prefix < subnet.prefix ? [`invalid ip-range ${text}: CIDR block is bigger than its parent subnet ${formatSubnet(subnet)}`] : [];
  if (!isMasked(text, range)) faults.push(`invalid ip-range ${text}: it should be ${formatSubnet(range)}`);
  if (!containsSubnet(subnet, range) && faults.length === 0)
    faults.push(`invalid ip-range ${text}: parent subnet ${formatSubnet(subnet)} doesn't contain ip-range`);
  return faults;
}

function addressFaults(what: string, address: string, subnet: Subnet): string[] {
  if (!isIP(address)) return [`invalid ${what} ${address}: invalid address`];
  if (isIPv4(address) !== (subnet.bits === 32)) return [`invalid ${what} ${address}: parent subnet is an ${familyName(subnet)} block`];
  return containsAddress(subnet, address) ? [] : [`invalid ${what} ${address}: parent subnet ${formatSubnet(subnet)} doesn't contain this address`];
}

/** True when no bit behind the prefix is set. */
function isMasked(text: string, subnet: Subnet): boolean {
  const [address = ''] = text.split('/');
  const whole = parseSubnet(`${address}/${subnet.bits}`);
  return whole?.base === subnet.base;
}

function familyName(subnet: Subnet): string {
  return subnet.bits === 32 ? 'IPv4' : 'IPv6';
}
