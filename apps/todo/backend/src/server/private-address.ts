import { BlockList, isIPv6 } from 'node:net';

const blocks = new BlockList();
blocks.addSubnet('127.0.0.0', 8);
blocks.addSubnet('10.0.0.0', 8);
blocks.addSubnet('172.16.0.0', 12);
blocks.addSubnet('192.168.0.0', 16);
blocks.addSubnet('169.254.0.0', 16);
blocks.addAddress('::1', 'ipv6');
blocks.addSubnet('fc00::', 7, 'ipv6');
blocks.addSubnet('fe80::', 10, 'ipv6');

/** The answers for the last addresses: the reverse proxy's is asked for several times with every request. */
const known = new Map<string, boolean>();
const KNOWN_AT_MOST = 100;

/** True for an address of this machine or of a private network, where the reverse proxy lives; "::ffff:10.0.0.1" counts as IPv4. */
export function isPrivate(address: string): boolean {
  const answer = known.get(address) ?? check(address.replace(/^::ffff:(?=\d+\.)/i, ''));
  if (known.size === KNOWN_AT_MOST) known.clear();
  known.set(address, answer);
  return answer;
}

function check(address: string): boolean {
  return blocks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
