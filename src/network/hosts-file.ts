import { isIP } from 'node:net';

import { EngineError } from '../base/index.ts';

/** One line of a hosts file: an address and what is called so, first name first. */
export interface HostsEntry {
  address: string;
  names: readonly string[];
}

const loopback = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::\tip6-localnet',
  'ff00::\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
];

/** A container's /etc/hosts: loopback names, what the user adds, the container itself. */
export function hostsFile(entries: readonly HostsEntry[]): string {
  return `${[...loopback, ...entries.map(({ address, names }) => `${address}\t${names.join(' ')}`)].join('\n')}\n`;
}

/** Reads `--add-host` values: "name:address" or "name=address", the address also in brackets. "host-gateway" stands for `gateways`. Throws INVALID_ARGUMENT. */
export function parseExtraHosts(values: readonly string[], gateways: readonly string[]): HostsEntry[] {
  return values.flatMap((value) => {
    const separator = value.search(/[:=]/);
    const name = value.slice(0, separator);
    const address = value.slice(separator + 1).replace(/^\[(.*)\]$/, '$1');
    if (separator <= 0) throw new EngineError('INVALID_ARGUMENT', `bad format for add-host: ${JSON.stringify(value)}`);
    if (address === 'host-gateway') return gateways.map((gateway) => ({ address: gateway, names: [name] }));
    if (!isIP(address)) throw new EngineError('INVALID_ARGUMENT', `invalid IP address in add-host: ${JSON.stringify(address)}`);
    return [{ address, names: [name] }];
  });
}
