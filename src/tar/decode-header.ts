import type { EntryType, SparseRun, TarEntry } from './entry.ts';
import { checksumHolds, invalidHeader, numberField, textField } from './header-fields.ts';
import { decodePath } from './path-bytes.ts';
import type { PaxRecords } from './pax.ts';
import { checkedRuns, oldGnuRuns } from './sparse-map.ts';

/** A header block as it stands, before extended headers are laid over it. */
export interface RawHeader {
  readonly flag: string;
  readonly path: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes that follow in the archive. */
  readonly storedBytes: number;
  readonly mtime: number;
  readonly userName: string;
  readonly groupName: string;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** GNU's old sparse format only. */
  readonly oldSparse?: { readonly runs: SparseRun[]; readonly realSize: number; readonly continues: boolean };
}

/** What earlier `x`, `L` and `K` entries say about the entry that follows them. */
export interface Extensions {
  readonly pax: PaxRecords;
  readonly sparse?: readonly SparseRun[];
  readonly longPath?: string;
  readonly longLink?: string;
}

const types: Readonly<Record<string, EntryType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};

/** Reads one 512-byte header; undefined for a block of zeros. */
export function decodeHeader(block: Buffer): RawHeader | undefined {
  if (block[0] === 0 && block.every((byte) => byte === 0)) return undefined;
  if (!checksumHolds(block)) throw invalidHeader('bad checksum');
  const magic = block.toString('latin1', 257, 265);
  const posix = magic.startsWith('ustar\0');
  const gnu = magic === 'ustar  \0';
  const flag = String.fromCharCode(block[156] ?? 0);
  const prefix = posix ? textField(block, 345, 155) : Buffer.alloc(0);
  const name = textField(block, 0, 100);
  return {
    flag,
    path: decodePath(prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name),
    linkName: decodePath(textField(block, 157, 100)),
    mode: numberField(block, 100, 8) & 0o7777,
    uid: numberField(block, 108, 8),
    gid: numberField(block, 116, 8),
    storedBytes: numberField(block, 124, 12),
    mtime: numberField(block, 136, 12),
    userName: posix || gnu ? decodePath(textField(block, 265, 32)) : '',
    groupName: posix || gnu ? decodePath(textField(block, 297, 32)) : '',
    deviceMajor: posix || gnu ? numberField(block, 329, 8) : 0,
    deviceMinor: posix || gnu ? numberField(block, 337, 8) : 0,
    ...(flag === 'S' && { oldSparse: { runs: oldGnuRuns(block, 386, 4), realSize: numberField(block, 483, 12), continues: block[482] === 1 } }),
  };
}

/** The entry that a header and its extensions describe; undefined for flags that are no file system object. */
export function entryOf(raw: RawHeader, extensions: Extensions): TarEntry | undefined {
  const { pax } = extensions;
  const path = textOf(pax, 'GNU.sparse.name') ?? textOf(pax, 'path') ?? extensions.longPath ?? raw.path;
  const named = types[raw.flag];
  if (!named) return undefined;
  const type = named === 'file' && raw.flag !== 'S' && path.endsWith('/') ? 'directory' : named;
  const linkName = textOf(pax, 'linkpath') ?? extensions.longLink ?? raw.linkName;
  const sparse = extensions.sparse ?? raw.oldSparse?.runs;
  const stored = storedBytesOf(raw, pax);
  const realSize = numberOf(pax, 'GNU.sparse.realsize') ?? numberOf(pax, 'GNU.sparse.size') ?? raw.oldSparse?.realSize ?? stored;
  // Readers trust the size: more must not follow.
  if (!sparse && realSize < stored) throw invalidHeader('size smaller than the contents');
  const xattrs = xattrsOf(pax);
  const userName = textOf(pax, 'uname') ?? raw.userName;
  const groupName = textOf(pax, 'gname') ?? raw.groupName;
  return {
    type,
    path,
    mode: raw.mode,
    uid: numberOf(pax, 'uid') ?? raw.uid,
    gid: numberOf(pax, 'gid') ?? raw.gid,
    sizeBytes: type === 'file' ? realSize : 0,
    mtime: timeOf(pax) ?? raw.mtime,
    ...(userName !== '' && { userName }),
    ...(groupName !== '' && { groupName }),
    ...((type === 'symlink' || type === 'hardlink') && { linkName }),
    ...((type === 'character' || type === 'block') && { deviceMajor: raw.deviceMajor, deviceMinor: raw.deviceMinor }),
    ...(xattrs && { xattrs }),
    ...(sparse && { sparse: checkedRuns(sparse, realSize) }),
  };
}

/** Bytes that follow the header in the archive, where a PAX record may say more than the field can. Links and directories have none, whatever they claim. */
export function storedBytesOf(raw: RawHeader, pax: PaxRecords): number {
  if ('123456'.includes(raw.flag)) return 0;
  const size = numberOf(pax, 'size') ?? raw.storedBytes;
  if (size < 0) throw invalidHeader('negative size');
  return size;
}

function textOf(pax: PaxRecords, key: string): string | undefined {
  const value = pax.get(key);
  if (value?.includes(0)) throw invalidHeader(`NUL in ${key}`);
  return value && decodePath(value);
}

function numberOf(pax: PaxRecords, key: string): number | undefined {
  const text = pax.get(key)?.toString('latin1');
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw invalidHeader(`bad ${key}`);
  return value;
}

function timeOf(pax: PaxRecords): number | undefined {
  const text = pax.get('mtime')?.toString('latin1');
  if (text === undefined) return undefined;
  if (!/^-?\d+(\.\d*)?$/.test(text)) throw invalidHeader('bad mtime');
  return Number(text);
}

function xattrsOf(pax: PaxRecords): ReadonlyMap<string, Buffer> | undefined {
  const prefix = 'SCHILY.xattr.';
  const found = [...pax].filter(([key]) => key.startsWith(prefix));
  return found.length > 0 ? new Map(found.map(([key, value]) => [key.slice(prefix.length), value])) : undefined;
}
