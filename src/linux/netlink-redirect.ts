import { attribute, netlink, nest, nlm, text, u32be } from './netlink.ts';
import type { NetlinkMessage } from './netlink.ts';
import { addressBytes, familyIpv4 } from './netlink-ip.ts';
import { NetlinkProtocol } from './netlink-socket.ts';

// Numbers of linux/netfilter/nf_tables.h and nfnetlink.h.
const subsystem = 10 << 8;
const newTable = subsystem | 0;
const newChain = subsystem | 3;
const newRule = subsystem | 6;
const batchBegin = 16;
const batchEnd = 17;
const table = 'slipway-dns';
const chain = 'output';
const protocolUdp = 17;
const protocolTcp = 6;

/** Connections that processes of the current namespace make to `address`:53 go to other ports of the same address. */
export interface NameServerRedirect {
  address: string;
  udpPort: number;
  tcpPort: number;
}

/**
 * Sends name queries to the ports where our sockets are, so that port 53 stays free for a name server of the container's own.
 * As `nft` would: table ip slipway-dns { chain output { type nat hook output priority -100; ip daddr A udp dport 53 dnat to A:P } }.
 * A fork of nft inside the namespace would take 4 ms; these messages take a tenth of one.
 */
export function redirectNameServer({ address, udpPort, tcpPort }: NameServerRedirect): void {
  const bytes = addressBytes(address);
  const batch = (type: number): NetlinkMessage => ({ type, flags: 0, body: Buffer.from([0, 0, 0, 10]), what: 'change rules', silent: true });
  netlink(NetlinkProtocol.netfilter, [
    batch(batchBegin),
    message(newTable, nlm.create, text(1, table), u32be(2, 0)),
    message(newChain, nlm.create, text(1, table), text(3, chain), text(7, 'nat'), u32be(5, 1), nest(4, u32be(1, 3), u32be(2, -100 >>> 0))),
    rule(bytes, protocolUdp, udpPort),
    rule(bytes, protocolTcp, tcpPort),
    batch(batchEnd),
  ]);
}

function rule(address: Buffer, protocol: number, port: number): NetlinkMessage {
  const expressions = [
    payload(1, 16, 4),
    compare(address),
    expression('meta', u32be(2, 16), u32be(1, 1)),
    compare(Buffer.of(protocol)),
    payload(2, 2, 2),
    compare(portBytes(53)),
    immediate(1, address),
    immediate(2, portBytes(port)),
    expression('nat', u32be(1, 1), u32be(2, familyIpv4), u32be(3, 1), u32be(5, 2), u32be(7, 2)),
  ];
  return message(newRule, nlm.create | nlm.append, text(1, table), text(2, chain), nest(4, ...expressions));
}

/** Loads `length` bytes at `offset` of the network header (1) or transport header (2) into register 1. */
function payload(base: 1 | 2, offset: number, length: number): Buffer {
  return expression('payload', u32be(1, 1), u32be(2, base), u32be(3, offset), u32be(4, length));
}

function compare(value: Buffer): Buffer {
  return expression('cmp', u32be(1, 1), u32be(2, 0), nest(3, attribute(1, value)));
}

function immediate(register: number, value: Buffer): Buffer {
  return expression('immediate', u32be(1, register), nest(2, attribute(1, value)));
}

function expression(name: string, ...attributes: Buffer[]): Buffer {
  return nest(1, text(1, name), nest(2, ...attributes));
}

function message(type: number, flags: number, ...attributes: Buffer[]): NetlinkMessage {
  return { type, flags, body: Buffer.concat([Buffer.from([familyIpv4, 0, 0, 0]), ...attributes]), what: 'redirect name queries' };
}

function portBytes(port: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(port);
  return bytes;
}
