import { isIPv4, isIPv6 } from 'node:net';

import { EngineError } from '../base/index.ts';

/** Address families of the kernel. */
export const familyIpv4 = 2;
export const familyIpv6 = 10;

/** The 4 or 16 bytes of "172.17.0.2" or "fd00::2", in network order. Throws INVALID_ARGUMENT for anything else. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (isIPv6(address)) return ipv6Bytes(address.replace(/%.*$/, ''));
  throw new EngineError('INVALID_ARGUMENT', `invalid IP address: ${address}`);
}

/** The text of 4 or 16 bytes; IPv6 as RFC 5952 writes it: lower case, the longest run of zeros as "::". */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16));
  const [start, length] = longestZeros(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

export function familyOf(bytes: Uint8Array): number {
  return bytes.length === 4 ? familyIpv4 : familyIpv6;
}

/** A struct sockaddr_in or sockaddr_in6, as bind(2) takes it. */
export function socketAddress(address: string, port: number): Buffer {
  const bytes = addressBytes(address);
  const result = Buffer.alloc(bytes.length === 4 ? 16 : 28);
  result.writeUInt16LE(familyOf(bytes), 0);
  result.writeUInt16BE(port, 2);
  bytes.copy(result, bytes.length === 4 ? 4 : 8);
  return result;
}

function ipv6Bytes(address: string): Buffer {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const text = embedded
    ? `${embedded[1]}${Buffer.from((embedded[2] ?? '').split('.').map(Number))
        .toString('hex')
        .replace(/^(.{4})/, '$1:')}`
    : address;
  const [head = '', tail] = text.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const middle = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return Buffer.from([...left, ...middle, ...right].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function longestZeros(groups: readonly string[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (groups[end] === '0') end++;
    if (end - start > best[1]) best = [start, end - start];
  }
  return best;
}
