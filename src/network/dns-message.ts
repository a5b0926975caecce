// Wire format of DNS: RFC 1035 part 4.

/** Types of records that we answer ourselves. */
export const dnsType = { a: 1, ptr: 12, aaaa: 28, any: 255 } as const;
export const dnsCode = { ok: 0, formatError: 1, serverFailure: 2, nameError: 3, refused: 5 } as const;

const headerLength = 12;
const flagResponse = 0x8000;
const flagRecursionDesired = 0x0100;
const flagRecursionAvailable = 0x0080;
const classInternet = 1;
const ttlSeconds = 600;

/** The one question of a query. `end` is where it stops in the message. */
export interface DnsQuestion {
  id: number;
  flags: number;
  /** Lower case, without the last dot: "db.mynet". */
  name: string;
  type: number;
  end: number;
}

/** An answer record: an address in bytes, or a name for PTR. */
export interface DnsRecord {
  type: number;
  data: Buffer;
}

/** Reads a query. Undefined for answers, other operations, malformed messages, and questions of other classes. */
export function parseQuery(message: Buffer): DnsQuestion | undefined {
  if (message.length < headerLength) return undefined;
  const flags = message.readUInt16BE(2);
  if (flags & flagResponse || (flags >> 11) & 15 || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = headerLength;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63 || at + length >= message.length) return undefined;
    at++;
    if (length === 0) break;
    labels.push(message.toString('latin1', at, at + length).toLowerCase());
    at += length;
  }
  if (at + 4 > message.length || message.readUInt16BE(at + 2) !== classInternet) return undefined;
  return { id: message.readUInt16BE(0), flags, name: labels.join('.'), type: message.readUInt16BE(at), end: at + 4 };
}

/** The answer to `query`. Records that do not fit into `limitBytes` are left out, and the message says that it was cut. */
export function encodeAnswer(
  query: Buffer,
  question: DnsQuestion,
  records: readonly DnsRecord[],
  options: { code?: number; limitBytes?: number } = {},
): Buffer {
  const head = Buffer.from(query.subarray(0, question.end));
  const parts: Buffer[] = [head];
  let size = head.length;
  let count = 0;
  for (const record of records) {
    const encoded = encodeRecord(record);
    if (size + encoded.length > (options.limitBytes ?? 65535)) break;
    parts.push(encoded);
    size += encoded.length;
    count++;
  }
  const truncated = count < records.length ? 0x0200 : 0;
  head.writeUInt16BE(flagResponse | (question.flags & flagRecursionDesired) | flagRecursionAvailable | truncated | (options.code ?? dnsCode.ok), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(count, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat(parts);
}

/** A name as labels: "web.net" → 3web3net0. */
export function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(Math.min(label.length, 63)), Buffer.from(label.slice(0, 63), 'latin1')]));
  return Buffer.concat([...labels, Buffer.of(0)]);
}

/** The address that a reverse name asks for: "2.0.18.172.in-addr.arpa" → "172.18.0.2"; undefined for other names. */
export function reverseAddress(name: string): string | undefined {
  const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  if (v4) return v4.slice(1).reverse().join('.');
  if (!/^([0-9a-f]\.){32}ip6\.arpa$/.test(name)) return undefined;
  const digits = name.slice(0, 63).split('.').reverse().join('');
  return digits.replace(/.{4}(?=.)/g, '$&:');
}

function encodeRecord(record: DnsRecord): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | headerLength, 0); // The name is the question's.
  head.writeUInt16BE(record.type, 2);
  head.writeUInt16BE(classInternet, 4);
  head.writeUInt32BE(ttlSeconds, 6);
  head.writeUInt16BE(record.data.length, 10);
  return Buffer.concat([head, record.data]);
}
