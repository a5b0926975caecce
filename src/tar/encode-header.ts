import { blockSize, paddingOf } from './entry.ts';
import type { EntryType, TarEntry } from './entry.ts';
import { writeChecksum, writeNumber } from './header-fields.ts';
import { encodePath } from './path-bytes.ts';
import { formatPax } from './pax.ts';

const flags: Readonly<Record<EntryType, string>> = { file: '0', hardlink: '1', symlink: '2', character: '3', block: '4', directory: '5', fifo: '6' };

/** The header of an entry: one ustar block, after a PAX header where a block cannot say it all. Canonical: same entry, same bytes. `sparse` is ignored: contents are written whole. */
export function encodeHeader(entry: TarEntry): Buffer {
  const path = encodePath(entry.path);
  const link = encodePath(entry.linkName ?? '');
  const split = splitPath(path);
  const pax = paxRecords(entry, { path, link, fits: split !== undefined });
  const block = headerBlock(entry, { name: split?.name ?? path.subarray(0, 100), prefix: split?.prefix ?? Buffer.alloc(0), link: link.subarray(0, 100) });
  return pax.size === 0 ? block : Buffer.concat([paxEntry(formatPax(pax)), block]);
}

/** The two blocks of zeros that end an archive. */
export const endOfArchive: Buffer = Buffer.alloc(2 * blockSize);

function headerBlock(entry: TarEntry, names: { readonly name: Buffer; readonly prefix: Buffer; readonly link: Buffer }): Buffer {
  const block = Buffer.alloc(blockSize);
  names.name.copy(block, 0);
  writeNumber(block, entry.mode & 0o7777, { start: 100, length: 8 });
  writeNumber(block, entry.uid, { start: 108, length: 8 });
  writeNumber(block, entry.gid, { start: 116, length: 8 });
  writeNumber(block, entry.type === 'file' ? entry.sizeBytes : 0, { start: 124, length: 12 });
  writeNumber(block, Math.floor(entry.mtime), { start: 136, length: 12 });
  block.write(flags[entry.type], 156, 'latin1');
  names.link.copy(block, 157);
  block.write('ustar\u000000', 257, 'latin1');
  block.write((entry.userName ?? '').slice(0, 31), 265, 'latin1');
  block.write((entry.groupName ?? '').slice(0, 31), 297, 'latin1');
  writeNumber(block, entry.deviceMajor ?? 0, { start: 329, length: 8 });
  writeNumber(block, entry.deviceMinor ?? 0, { start: 337, length: 8 });
  names.prefix.copy(block, 345);
  writeChecksum(block);
  return block;
}

function paxRecords(entry: TarEntry, names: { readonly path: Buffer; readonly link: Buffer; readonly fits: boolean }): Map<string, string | Buffer> {
  const records = new Map<string, string | Buffer>();
  if (!names.fits) records.set('path', names.path);
  if (names.link.length > 100) records.set('linkpath', names.link);
  if (entry.mtime % 1 !== 0) records.set('mtime', formatTime(entry.mtime));
  for (const [name, value] of [...(entry.xattrs ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))) records.set(`SCHILY.xattr.${name}`, value);
  return records;
}

function formatTime(seconds: number): string {
  return seconds.toFixed(9).replace(/0+$/, '');
}

function paxEntry(body: Buffer): Buffer {
  const header = headerBlock(
    { type: 'file', path: '', mode: 0o644, uid: 0, gid: 0, sizeBytes: body.length, mtime: 0 },
    { name: Buffer.from('././@PaxHeader'), prefix: Buffer.alloc(0), link: Buffer.alloc(0) },
  );
  header.write('x', 156, 'latin1');
  writeChecksum(header);
  return Buffer.concat([header, body, Buffer.alloc(paddingOf(body.length))]);
}

/** Splits a path at a slash into prefix (155) and name (100); undefined where a PAX header must carry it. */
function splitPath(path: Buffer): { readonly prefix: Buffer; readonly name: Buffer } | undefined {
  if (path.length <= 100) return { prefix: Buffer.alloc(0), name: path };
  for (let at = path.indexOf(0x2f, Math.max(1, path.length - 101)); at > 0 && at <= 155; at = path.indexOf(0x2f, at + 1)) {
    if (at < path.length - 1) return { prefix: path.subarray(0, at), name: path.subarray(at + 1) };
  }
  return undefined;
}
