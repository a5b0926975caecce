import { addressBytes, listAddresses, listRoutes } from '../linux/index.ts';
import { subnetOf, toNumber } from './subnet.ts';
import type { Subnet } from './subnet.ts';

/** Blocks that the host knows a way to: addresses of its links and every route but the default one. Links of index `except` do not count. */
export function hostSubnets(except?: number): Subnet[] {
  const routes = listRoutes()
    .filter(({ destination, link }) => destination !== '' && link !== except)
    .map(({ destination, prefix }) => blockOf(destination, prefix));
  const addresses = listAddresses()
    .filter(({ link }) => link !== except)
    .map(({ address, prefix }) => blockOf(address, prefix));
  return [...routes, ...addresses];
}

function blockOf(address: string, prefix: number): Subnet {
  return subnetOf(toNumber(address), prefix, addressBytes(address).length === 4 ? 32 : 128);
}
