import { attribute, netlinkOn, nest, nlm, text } from './netlink.ts';
import type { NetlinkMessage } from './netlink.ts';
import { addressBytes } from './netlink-ip.ts';
import { NetlinkProtocol, openNetlink } from './netlink-socket.ts';
import type { NetlinkSocket } from './netlink-socket.ts';

// Numbers of linux/netfilter/nf_tables.h and nfnetlink.h.
const subsystem = 10 << 8;
const newSetElement = subsystem | 12;
const deleteSetElement = subsystem | 14;
const batchBegin = 16;
const batchEnd = 17;
const familyInet = 1;
const protocols: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** Stays open: closing a socket that deleted something waits for the kernel's RCU grace period, 5 to 15 ms. */
let socket: NetlinkSocket | undefined;

/** One part of a concatenation, `10.0.0.2 . tcp . 80` for example. */
export type SetPart = { address: string } | { protocol: string } | { port: number };

/** An element of a set, or with `value` of a map, in a table of family inet. */
export interface SetElement {
  set: string;
  key: readonly SetPart[];
  value?: readonly SetPart[];
}

/**
 * Adds or deletes elements as one transaction, at once: 0.1 ms. nft, resident or not, first reads every table of the host, which takes
 * the longer the more engines and firewalls there are. Deleting what is not there is fine, but then nothing of the call happened.
 * Returns false in that case.
 */
export function changeSetElements(table: string, verb: 'add' | 'delete', elements: readonly SetElement[]): boolean {
  let complete = true;
  const batch = (type: number): NetlinkMessage => ({ type, flags: 0, body: Buffer.from([0, 0, 0, 10]), what: 'change rules', silent: true });
  const messages = elements.map((element) => message(table, verb, element, () => (complete = false)));
  socket ??= openNetlink(undefined, NetlinkProtocol.netfilter);
  netlinkOn(socket, [batch(batchBegin), ...messages, batch(batchEnd)]);
  return complete;
}

/** An element as nft writes it: "tcp . 8080 : 172.18.0.2 . 80". */
export function formatSetElement({ key, value }: SetElement): string {
  const side = (parts: readonly SetPart[]): string => parts.map((part) => Object.values(part).join('')).join(' . ');
  return value ? `${side(key)} : ${side(value)}` : side(key);
}

function message(table: string, verb: 'add' | 'delete', element: SetElement, onMissing: () => void): NetlinkMessage {
  const key = nest(1, attribute(1, encode(element.key)));
  const value = element.value && verb === 'add' ? [nest(2, attribute(1, encode(element.value)))] : [];
  const body = Buffer.concat([Buffer.from([familyInet, 0, 0, 0]), text(1, table), text(2, element.set), nest(3, nest(1, key, ...value))]);
  const what = `${verb} ${formatSetElement(element)} in ${element.set}`;
  if (verb === 'add') return { type: newSetElement, flags: nlm.create, body, what };
  return { type: deleteSetElement, flags: 0, body, what, allow: ['ENOENT'], onAllowed: onMissing };
}

/** Each part of a concatenation fills whole registers of four bytes. */
function encode(parts: readonly SetPart[]): Buffer {
  return Buffer.concat(parts.map((part) => padded(partBytes(part))));
}

function partBytes(part: SetPart): Buffer {
  if ('address' in part) return addressBytes(part.address);
  if ('protocol' in part) return Buffer.of(protocols[part.protocol] ?? 0);
  const port = Buffer.alloc(2);
  port.writeUInt16BE(part.port);
  return port;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
