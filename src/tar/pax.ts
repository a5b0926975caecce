import { encodePath } from './path-bytes.ts';
import { invalidHeader } from './header-fields.ts';

/** Records of a PAX extended header, "25 ctime=1084839148.1212\n" each; the length counts itself. Values are bytes, as xattrs are. Source: POSIX pax, "Extended Header". */
export type PaxRecords = Map<string, Buffer>;

/** Reads the body of an `x` or `g` entry. Keeps the order, as GNU sparse 0.0 needs it: repeated keys go to `onRepeat` too. */
export function parsePax(body: Buffer, onRecord?: (key: string, value: Buffer) => void): PaxRecords {
  const records: PaxRecords = new Map();
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const length = space < 0 ? NaN : Number(body.toString('latin1', at, space));
    const end = at + length;
    if (!Number.isInteger(length) || length < 5 || end > body.length || body[end - 1] !== 0x0a) throw invalidHeader('bad PAX record');
    const equals = body.indexOf(0x3d, space);
    if (equals < 0 || equals >= end) throw invalidHeader('PAX record without "="');
    const key = body.toString('utf8', space + 1, equals);
    const value = Buffer.from(body.subarray(equals + 1, end - 1));
    if (value.length === 0) records.delete(key);
    else records.set(key, value);
    onRecord?.(key, value);
    at = end;
  }
  return records;
}

/** The body of an `x` entry, keys in the order of the map. */
export function formatPax(records: ReadonlyMap<string, string | Buffer>): Buffer {
  return Buffer.concat([...records].map(([key, value]) => formatRecord(key, typeof value === 'string' ? encodePath(value) : value)));
}

function formatRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.byteLength(key) + value.length + 3;
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.of(0x0a)]);
}
