import { isIPv4 } from 'node:net';

import { listAddresses } from '../linux/index.ts';
import { containsAddress, mustParseSubnet } from './subnet.ts';
import type { Listener, PortDiagnosis, PortReach, PublishedPort } from './types.ts';

const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fe80::/10'].map(mustParseSubnet);
const loopbackBlocks = ['127.0.0.0/8', '::1/128'].map(mustParseSubnet);

/**
 * How far a published port reaches: only this machine, its networks, or the world. A port on every address reaches as far
 * as the most public address of the host in that family; what routers and firewalls before the host do cannot be seen from here.
 */
export function reachOf(
  { hostIp }: Pick<PublishedPort, 'hostIp'>,
  hostAddresses: readonly string[] = listAddresses().map(({ address }) => address),
): PortReach {
  if (hostIp !== '0.0.0.0' && hostIp !== '::') return scopeOf(hostIp);
  const scopes = new Set(hostAddresses.filter((address) => isIPv4(address) === isIPv4(hostIp)).map(scopeOf));
  return scopes.has('world') ? 'world' : scopes.has('network') ? 'network' : 'machine';
}

/** Compares a published port with what listens inside; `own` are the container's addresses. */
export function diagnosePort(port: PublishedPort, listeners: readonly Listener[], own: readonly string[]): PortDiagnosis {
  const matching = listeners.filter((listener) => listener.port === port.containerPort && listener.protocol === port.protocol);
  const base = { ...port, reach: reachOf(port), listeners: matching };
  const where = `${port.containerPort}/${port.protocol}`;
  const published = `${port.hostIp.includes(':') ? `[${port.hostIp}]` : port.hostIp}:${port.hostPort}`;
  if (matching.length === 0)
    return { ...base, state: 'nothing-listens', text: `port ${published} is published, but nothing listens on ${where} inside${hint(listeners)}` };
  if (matching.some(({ address }) => isAny(address) || own.includes(address)))
    return { ...base, state: 'ok', text: `port ${published} is answered by ${nameOf(matching[0])} on ${where}` };
  const addresses = matching.map(({ address }) => address).join(', ');
  if (matching.every(({ address }) => loopbackBlocks.some((block) => containsAddress(block, address)))) {
    return {
      ...base,
      state: 'loopback-only',
      text: `${nameOf(matching[0])} listens on ${addresses} only, which nothing outside of the container can reach; let it listen on 0.0.0.0`,
    };
  }
  return {
    ...base,
    state: 'other-address',
    text: `${nameOf(matching[0])} listens on ${addresses}, which is not the container's address on the network that publishes ${published}`,
  };
}

function scopeOf(address: string): PortReach {
  const bare = address.replace(/^::ffff:/, '');
  if (loopbackBlocks.some((block) => containsAddress(block, bare))) return 'machine';
  return privateBlocks.some((block) => containsAddress(block, bare)) ? 'network' : 'world';
}

function isAny(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function nameOf(listener: Listener | undefined): string {
  return listener?.process ? `${listener.process} (pid ${listener.pid})` : 'a process';
}

function hint(listeners: readonly Listener[]): string {
  const ports = [...new Set(listeners.map(({ port, protocol }) => `${port}/${protocol}`))];
  return ports.length > 0 ? ` (there are listeners on ${ports.join(', ')})` : '';
}
