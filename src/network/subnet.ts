import { isIP } from 'node:net';

import { EngineError } from '../base/index.ts';
import { addressBytes, addressText } from '../linux/index.ts';

/** A block of addresses: {base: 172.18.0.0 as a number, prefix: 16, bits: 32}. `bits` is 32 for IPv4, 128 for IPv6. */
export interface Subnet {
  base: bigint;
  prefix: number;
  bits: 32 | 128;
}

/** "172.18.0.0/16" → its block; host bits may be set. Undefined when it is no CIDR. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = '', prefix = '', more] = text.split('/');
  const family = isIP(address);
  if (!family || more !== undefined || !/^\d{1,3}$/.test(prefix)) return undefined;
  const bits = family === 4 ? 32 : 128;
  return Number(prefix) > bits ? undefined : subnetOf(toNumber(address), Number(prefix), bits);
}

/** The block of `prefix` bits that holds `address`. */
export function subnetOf(address: bigint, prefix: number, bits: 32 | 128): Subnet {
  const host = BigInt(bits - prefix);
  return { base: (address >> host) << host, prefix, bits };
}

export function formatSubnet(subnet: Subnet): string {
  return `${toAddress(subnet.base, subnet.bits)}/${subnet.prefix}`;
}

/** Number of addresses in the block. */
export function sizeOf(subnet: Subnet): bigint {
  return 1n << BigInt(subnet.bits - subnet.prefix);
}

export function lastOf(subnet: Subnet): bigint {
  return subnet.base + sizeOf(subnet) - 1n;
}

/** True when the address (as text) lies in the block. */
export function containsAddress(subnet: Subnet, address: string): boolean {
  if ((isIP(address) === 4 ? 32 : 128) !== subnet.bits) return false;
  const value = toNumber(address);
  return value >= subnet.base && value <= lastOf(subnet);
}

export function containsSubnet(outer: Subnet, inner: Subnet): boolean {
  return outer.bits === inner.bits && inner.base >= outer.base && lastOf(inner) <= lastOf(outer);
}

export function overlaps(a: Subnet, b: Subnet): boolean {
  return a.bits === b.bits && a.base <= lastOf(b) && b.base <= lastOf(a);
}

/** The address as a number. Throws INVALID_ARGUMENT when it is none. */
export function toNumber(address: string): bigint {
  return BigInt(`0x${addressBytes(address).toString('hex')}`);
}

export function toAddress(value: bigint, bits: 32 | 128): string {
  return addressText(Buffer.from(value.toString(16).padStart(bits / 4, '0'), 'hex'));
}

/** Shortest spelling of an address, so that two spellings compare equal. */
export function normalAddress(address: string): string {
  return addressText(addressBytes(address));
}

/** Like `parseSubnet`, for text that was checked before. */
export function mustParseSubnet(text: string): Subnet {
  const subnet = parseSubnet(text);
  if (!subnet) throw new EngineError('INVALID_ARGUMENT', `invalid subnet ${text}: invalid CIDR block notation`);
  return subnet;
}
