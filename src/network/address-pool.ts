import { createHash } from 'node:crypto';

import { EngineError } from '../base/index.ts';
import { mustParseSubnet, overlaps, sizeOf } from './subnet.ts';
import type { Subnet } from './subnet.ts';
import type { AddressPool } from './types.ts';

/** Docker's own pools: 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/16 in blocks of /20. */
export const defaultAddressPools: readonly AddressPool[] = [
  { base: '172.17.0.0/16', size: 16 },
  { base: '172.18.0.0/16', size: 16 },
  { base: '172.19.0.0/16', size: 16 },
  { base: '172.20.0.0/14', size: 16 },
  { base: '172.24.0.0/14', size: 16 },
  { base: '172.28.0.0/14', size: 16 },
  { base: '192.168.0.0/16', size: 20 },
];

/**
 * First block of the pools that overlaps none of `taken`: the networks of this engine, and every route and address of the
 * host, so that other engines and VPNs keep theirs. Throws FAILED_PRECONDITION with Docker's words when none is left.
 */
export function chooseSubnet(pools: readonly AddressPool[], taken: readonly Subnet[], bits: 32 | 128): Subnet {
  for (const pool of pools) {
    const base = mustParseSubnet(pool.base);
    if (base.bits !== bits) continue;
    const step = 1n << BigInt(bits - pool.size);
    for (let at = base.base; at < base.base + sizeOf(base); at += step) {
      const candidate: Subnet = { base: at, prefix: pool.size, bits };
      const other = taken.find((subnet) => overlaps(subnet, candidate));
      if (!other) return candidate;
      // Jump over a large neighbour instead of trying every block in it.
      const behind = other.base + sizeOf(other);
      if (behind > at + step) at = behind - step - ((behind - at) % step === 0n ? 0n : ((behind - at) % step) - step);
    }
  }
  throw new EngineError('FAILED_PRECONDITION', 'all predefined address pools have been fully subnetted');
}

/** A /64 of the unique local range, the same for the same seed (a network's id): fdxx:xxxx:xxxx::/64. Source: RFC 4193. */
export function uniqueLocalSubnet(seed: string): Subnet {
  const hash = createHash('sha256').update(seed).digest('hex').slice(0, 10);
  return mustParseSubnet(`fd${hash.slice(0, 2)}:${hash.slice(2, 6)}:${hash.slice(6, 10)}::/64`);
}

/** Checks `--address-pool` values: "base=172.30.0.0/16,size=24". Throws INVALID_ARGUMENT. */
export function parseAddressPool(text: string): AddressPool {
  const fields = new Map(text.split(',').map((part) => part.split('=', 2) as [string, string]));
  const base = fields.get('base') ?? '';
  const size = Number(fields.get('size'));
  const subnet = mustParseSubnet(base);
  if (!Number.isInteger(size) || size < subnet.prefix || size > subnet.bits - 2) {
    throw new EngineError('INVALID_ARGUMENT', `invalid address pool "${text}": size must be between ${subnet.prefix} and ${subnet.bits - 2}`);
  }
  return { base, size };
}
