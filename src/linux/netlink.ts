import { EngineError } from '../base/index.ts';
import { NetlinkProtocol, openNetlink } from './netlink-socket.ts';
import type { NetlinkSocket } from './netlink-socket.ts';

/** Flags of a message. Source: linux/netlink.h. */
export const nlm = { request: 1, ack: 4, dump: 0x300, replace: 0x100, exclusive: 0x200, create: 0x400, append: 0x800 } as const;

const headerLength = 16;
const typeError = 2;
const typeDone = 3;
const nested = 0x8000;
const capped = 0x100;

/** One message: header fields, and a body of fixed struct and attributes. */
export interface NetlinkMessage {
  type: number;
  flags: number;
  body: Buffer;
  /** What is being done, for the error: `add address 172.18.0.2/16`. */
  what: string;
  /** Errors that are fine: "EEXIST", "ESRCH" … */
  allow?: readonly string[];
  /** Ends or begins a batch: the kernel answers it only when the batch succeeds, so nobody may wait for that. */
  silent?: boolean;
  /** Called when such an error came. */
  onAllowed?: () => void;
}

/** A message of an answer. */
export interface NetlinkAnswer {
  type: number;
  body: Buffer;
}

/** An attribute {length, type, payload}, padded to four bytes. */
export function attribute(type: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(4 + payload.length, 0);
  head.writeUInt16LE(type, 2);
  return Buffer.concat([head, payload, Buffer.alloc(-payload.length & 3)]);
}

export function nest(type: number, ...attributes: Buffer[]): Buffer {
  return attribute(type | nested, Buffer.concat(attributes));
}

export function u8(type: number, value: number): Buffer {
  return attribute(type, Buffer.of(value));
}

export function u16(type: number, value: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16LE(value);
  return attribute(type, payload);
}

export function u32(type: number, value: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32LE(value);
  return attribute(type, payload);
}

export function u32be(type: number, value: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(value);
  return attribute(type, payload);
}

export function text(type: number, value: string): Buffer {
  return attribute(type, Buffer.from(`${value}\0`));
}

/** Attributes of a body behind its fixed struct of `offset` bytes, by type; of repeated types the last one counts. */
export function attributesOf(body: Buffer, offset: number): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = offset; at + 4 <= body.length;) {
    const length = body.readUInt16LE(at);
    if (length < 4) break;
    found.set(body.readUInt16LE(at + 2) & 0x3fff, body.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

/**
 * Sends `messages` in one call to the kernel of the current namespace (see `inNetns`) and returns the answers.
 * Throws for the first message that the kernel refused, unless its error is allowed.
 */
export function netlink(protocol: number, messages: readonly NetlinkMessage[]): NetlinkAnswer[] {
  using socket = openNetlink(undefined, protocol);
  return netlinkOn(socket, messages);
}

/** The same on an open socket, which belongs to the namespace that it was opened in. */
export function netlinkOn(socket: NetlinkSocket, messages: readonly NetlinkMessage[]): NetlinkAnswer[] {
  const first = 1;
  const answer = socket.request(Buffer.concat(messages.map((message, index) => encode(message, first + index))));
  const answers: NetlinkAnswer[] = [];
  for (const { type, flags, sequence, body } of split(answer)) {
    const message = messages[sequence - first];
    if (type === typeError && message) refuse(message, flags, body);
    else if (type !== typeDone && type !== typeError) answers.push({ type, body });
  }
  return answers;
}

/** Routing messages: links, addresses, routes. */
export function rtnetlink(...messages: NetlinkMessage[]): NetlinkAnswer[] {
  return netlink(NetlinkProtocol.route, messages);
}

/** Every message but a dump is acknowledged. The bits of a dump are those of "replace" and "exclusive" together. */
function encode(message: NetlinkMessage, sequence: number): Buffer {
  const head = Buffer.alloc(headerLength);
  head.writeUInt32LE(headerLength + message.body.length, 0);
  head.writeUInt16LE(message.type, 4);
  head.writeUInt16LE(message.flags | nlm.request | (message.silent || (message.flags & nlm.dump) === nlm.dump ? 0 : nlm.ack), 6);
  head.writeUInt32LE(sequence, 8);
  return Buffer.concat([head, message.body, Buffer.alloc(-message.body.length & 3)]);
}

function* split(answer: Buffer): Generator<{ type: number; flags: number; sequence: number; body: Buffer }> {
  for (let at = 0; at + headerLength <= answer.length;) {
    const length = answer.readUInt32LE(at);
    if (length < headerLength) return;
    const body = answer.subarray(at + headerLength, at + length);
    yield { type: answer.readUInt16LE(at + 4), flags: answer.readUInt16LE(at + 6), sequence: answer.readUInt32LE(at + 8), body };
    at += (length + 3) & ~3;
  }
}

/** The kernel repeats the refused message behind its error, unless it was capped; then comes its reason in words. */
function refuse(message: NetlinkMessage, flags: number, body: Buffer): void {
  const errno = -body.readInt32LE(0);
  if (errno === 0) return;
  const code = names[errno] ?? `errno ${errno}`;
  if (message.allow?.includes(code)) return message.onAllowed?.();
  const repeated = flags & capped ? 0 : (message.body.length + 3) & ~3;
  const detail = attributesOf(body, 4 + headerLength + repeated)
    .get(1)
    ?.toString('utf8')
    .replace(/\0.*$/, '');
  const kind = errno === 1 ? 'PERMISSION_DENIED' : errno === 17 ? 'ALREADY_EXISTS' : errno === 95 ? 'NOT_IMPLEMENTED' : 'INTERNAL';
  throw new EngineError(kind, `Cannot ${message.what}: ${code}${detail ? ` (${detail})` : ''}`, { details: { errno: code } });
}

const names: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  3: 'ESRCH',
  6: 'ENXIO',
  12: 'ENOMEM',
  13: 'EACCES',
  16: 'EBUSY',
  17: 'EEXIST',
  19: 'ENODEV',
  22: 'EINVAL',
  23: 'ENFILE',
  34: 'ERANGE',
  95: 'EOPNOTSUPP',
  97: 'EAFNOSUPPORT',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
  100: 'ENETDOWN',
  101: 'ENETUNREACH',
  113: 'EHOSTUNREACH',
};
