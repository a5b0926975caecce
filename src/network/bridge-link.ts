import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { EngineError } from '../base/index.ts';
import { addBridge, addressMessage, deleteLink, linkNamed, listAddresses, rtnetlink, upMessage } from '../linux/index.ts';
import { bridgeOptions } from './bridge-options.ts';
import type { NetworkRecord } from './record.ts';
import { mustParseSubnet } from './subnet.ts';

/** Makes the bridge of a network, or repairs it: link, addresses, settings. Idempotent. Returns its index. */
export function ensureBridge(network: NetworkRecord, owner: string): number {
  const options = bridgeOptions(network.options);
  const found = linkNamed(network.link);
  if (found && found.kind !== 'bridge') throw new EngineError('FAILED_PRECONDITION', `link ${network.link} exists and is no bridge`);
  if (!found && !network.ownsLink) throw new EngineError('FAILED_PRECONDITION', `bridge ${network.link} of network ${network.name} is gone`);
  const index = found?.index ?? addBridge({ name: network.link, mac: randomMac(), mtu: options.mtu, alias: owner });
  configure(network, index);
  enableForwarding(network);
  return index;
}

/** Removes the bridge with all that hangs on it. Slow: keep it off the path of requests. */
export function removeBridge(network: NetworkRecord): void {
  if (network.ownsLink) deleteLink(network.link);
}

function configure(network: NetworkRecord, index: number): void {
  const options = bridgeOptions(network.options);
  const setting = (name: string, value: string): void => writeSetting(`ipv4/conf/${network.link}/${name}`, value);
  // Connections of the host to 127.0.0.1:PORT are led into the container; containers cannot use it (chain "early" of the table).
  setting('route_localnet', '1');
  writeSetting(`ipv6/conf/${network.link}/disable_ipv6`, network.ipv6 ? '0' : '1');
  writeSetting(`ipv6/conf/${network.link}/accept_ra`, '0');
  const there = new Set(
    listAddresses()
      .filter(({ link }) => link === index)
      .map(({ address }) => address),
  );
  const wanted = network.ipam.flatMap(({ Subnet = '', Gateway = '' }) => {
    const { prefix, bits } = mustParseSubnet(Subnet);
    const hidden = bits === 32 ? options.inhibitIpv4 || options.gatewayModeIpv4 === 'isolated' : options.gatewayModeIpv6 === 'isolated';
    return Gateway && !hidden && !there.has(Gateway) ? [addressMessage(index, { address: Gateway, prefix })] : [];
  });
  rtnetlink(...wanted, upMessage(index));
}

/** The host must pass packets on. Where it takes its own IPv6 routes from router advertisements, it keeps doing so. */
function enableForwarding(network: NetworkRecord): void {
  if (readSetting('ipv4/ip_forward') !== '1') writeSetting('ipv4/ip_forward', '1');
  if (!network.ipv6 || network.internal || readSetting('ipv6/conf/all/forwarding') === '1') return;
  for (const name of ['default', ...hostLinks()]) if (readSetting(`ipv6/conf/${name}/accept_ra`) === '1') writeSetting(`ipv6/conf/${name}/accept_ra`, '2');
  writeSetting('ipv6/conf/default/forwarding', '1');
  writeSetting('ipv6/conf/all/forwarding', '1');
}

function hostLinks(): string[] {
  return readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .map((line) => line.split(':')[0]?.trim() ?? '')
    .filter(Boolean);
}

function readSetting(path: string): string | undefined {
  const file = `/proc/sys/net/${path}`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function writeSetting(path: string, value: string): void {
  const file = `/proc/sys/net/${path}`;
  if (existsSync(file)) writeFileSync(file, value);
}

function randomMac(): string {
  return `02:42:${randomBytes(4)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:')}`;
}
