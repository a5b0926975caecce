import { EngineError } from '../base/index.ts';
import { containsAddress, lastOf, mustParseSubnet, normalAddress, sizeOf, toAddress, toNumber } from './subnet.ts';
import type { Subnet } from './subnet.ts';
import type { IpamConfig } from './types.ts';

/** Addresses of one subnet of one network. Held in memory; the endpoints' records say what is taken after a restart. */
export class AddressBook {
  readonly subnet: Subnet;
  readonly gateway: string | undefined;
  readonly #range: Subnet;
  readonly #taken = new Set<string>();

  constructor(config: IpamConfig) {
    this.subnet = mustParseSubnet(config.Subnet ?? '');
    this.#range = config.IPRange ? mustParseSubnet(config.IPRange) : this.subnet;
    this.gateway = config.Gateway === undefined || config.Gateway === '' ? undefined : normalAddress(config.Gateway);
    if (this.gateway) this.#taken.add(this.gateway);
    for (const address of Object.values(config.AuxiliaryAddresses ?? {})) this.#taken.add(normalAddress(address));
  }

  get prefix(): number {
    return this.subnet.prefix;
  }

  /** Takes `wanted`, or the lowest free address. Throws CONFLICT "Address already in use", FAILED_PRECONDITION when the range is full. */
  take(wanted?: string): string {
    const address = wanted ? normalAddress(wanted) : this.#lowestFree();
    if (this.#taken.has(address)) throw new EngineError('CONFLICT', 'Address already in use');
    this.#taken.add(address);
    return address;
  }

  release(address: string): void {
    if (address !== this.gateway) this.#taken.delete(normalAddress(address));
  }

  has(address: string): boolean {
    return containsAddress(this.subnet, address);
  }

  #lowestFree(): string {
    const { bits, prefix } = this.subnet;
    // The first address names the network, the last of IPv4 is its broadcast; blocks of one or two addresses have neither.
    const small = bits - prefix <= 1;
    const first = this.#range.base + (!small && this.#range.base === this.subnet.base ? 1n : 0n);
    const last = lastOf(this.#range) - (!small && bits === 32 && lastOf(this.#range) === lastOf(this.subnet) ? 1n : 0n);
    for (let at = first; at <= last; at++) {
      const address = toAddress(at, bits);
      if (!this.#taken.has(address)) return address;
    }
    throw new EngineError('FAILED_PRECONDITION', "no available IPv4 addresses on this network's address pools".replace('IPv4', bits === 32 ? 'IPv4' : 'IPv6'));
  }
}

/** First usable address of a subnet or range: what becomes the gateway when none is named. */
export function firstAddress(subnet: Subnet, avoid: readonly string[] = []): string {
  const taken = new Set(avoid.map((address) => toNumber(address)));
  for (let at = subnet.base + (sizeOf(subnet) > 1n ? 1n : 0n); at <= lastOf(subnet); at++) if (!taken.has(at)) return toAddress(at, subnet.bits);
  return toAddress(subnet.base, subnet.bits);
}
