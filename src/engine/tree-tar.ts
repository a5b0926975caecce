import { closeSync, constants, createReadStream, fstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { EngineError, systemCode } from '../base/index.ts';
import { fdPath, openBeneath, openPath, readXattrs } from '../linux/index.ts';
import type { Fd } from '../linux/index.ts';
import { writeTar } from '../tar/index.ts';
import type { TarEntry, TarSource } from '../tar/index.ts';

/** What to archive: an object `name` of an open directory, called `as` in the archive ("" for the members of a root without a prefix). */
export interface TreeStart {
  readonly directory: Fd;
  readonly name: string;
  readonly as: string;
}

/** Files up to this size are read at once. */
const SMALL_BYTES = 1 << 18;
/** Longer paths have no use for anybody, and each folder on the way is held open. */
const MOST_PATH_LENGTH = 4096;
/** After so many bytes other work gets its turn. */
const TURN_BYTES = 4 << 20;

/**
 * An archive of a tree that others may change meanwhile. Every step down is by file descriptor and follows no link, so nothing outside of
 * it can come in, whatever is renamed. The caller owns the stream; `directory` must stay open until it ends.
 */
export function treeTar(start: TreeStart): Readable {
  return writeTar(members(new Walk(), start));
}

class Walk {
  /** First name of each inode that has several. */
  readonly inodes = new Map<string, string>();
  bytesSinceTurn = 0;
}

async function* members(walk: Walk, { directory, name, as }: TreeStart): AsyncGenerator<TarSource> {
  const fd = openObject(directory, name);
  if (fd === undefined) return;
  try {
    const stats = fstatSync(fd);
    if (stats.isSocket()) return;
    const entry = describe(walk, { stats, as, directory, name });
    if (entry.type === 'file') yield await fileSource(walk, entry, fd);
    else if (as !== '') yield { entry };
    if (stats.isDirectory()) yield* children(walk, directory, { name, as });
  } finally {
    closeSync(fd);
  }
}

async function* children(walk: Walk, directory: Fd, { name, as }: { name: string; as: string }): AsyncGenerator<TarSource> {
  if (as.length > MOST_PATH_LENGTH) throw new EngineError('INVALID_ARGUMENT', `${as.slice(0, 100)}…: file name too long`);
  const fd = openBeneath(directory, name, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    for (const child of readdirSync(fdPath(fd)).sort())
      yield* members(walk, { directory: fd, name: child, as: as === '' ? child : as.endsWith('/') ? `${as}${child}` : `${as}/${child}` });
  } finally {
    closeSync(fd);
  }
}

/** A handle that follows nothing; undefined when the object is gone. */
function openObject(directory: Fd, name: string): Fd | undefined {
  try {
    return openBeneath(directory, name, openPath | constants.O_NOFOLLOW);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

interface Found {
  readonly stats: Stats;
  readonly as: string;
  readonly directory: Fd;
  readonly name: string;
}

function describe(walk: Walk, { stats, as, directory, name }: Found): TarEntry {
  const common = { path: as, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, mtime: Math.floor(stats.mtimeMs) / 1000, sizeBytes: 0 };
  const inode = `${stats.dev}:${stats.ino}`;
  const first = stats.nlink > 1 && !stats.isDirectory() ? walk.inodes.get(inode) : undefined;
  if (first !== undefined) return { ...common, type: 'hardlink', linkName: first };
  if (stats.nlink > 1 && !stats.isDirectory()) walk.inodes.set(inode, as);
  if (stats.isSymbolicLink()) return { ...common, type: 'symlink', linkName: readlinkSync(fdPath(directory, name)) };
  if (stats.isFIFO()) return { ...common, type: 'fifo' };
  if (stats.isCharacterDevice() || stats.isBlockDevice())
    return { ...common, type: stats.isBlockDevice() ? 'block' : 'character', deviceMajor: major(stats.rdev), deviceMinor: minor(stats.rdev) };
  const xattrs = keptAttributes(fdPath(directory, name));
  const more = { ...common, ...(xattrs.size > 0 ? { xattrs } : {}) };
  return stats.isDirectory() ? { ...more, type: 'directory', path: as.endsWith('/') ? as : `${as}/` } : { ...more, type: 'file', sizeBytes: stats.size };
}

function keptAttributes(path: string): ReadonlyMap<string, Buffer> {
  return new Map([...readXattrs(path)].filter(([name]) => name === 'security.capability' || (name.startsWith('user.') && !name.startsWith('user.overlay.'))));
}

/**
 * The contents as they are now: never more than the entry says, zeros where the file became shorter. Opened by the handle that was looked at:
 * under its name there may be a device of the host by now.
 */
async function fileSource(walk: Walk, entry: TarEntry, handle: Fd): Promise<TarSource> {
  walk.bytesSinceTurn += entry.sizeBytes + 512;
  if (walk.bytesSinceTurn > TURN_BYTES) {
    walk.bytesSinceTurn = 0;
    await turn();
  }
  const fd = openSync(fdPath(handle), constants.O_RDONLY | constants.O_NONBLOCK);
  if (entry.sizeBytes > SMALL_BYTES)
    return { entry, body: exactly(createReadStream('', { fd, end: entry.sizeBytes - 1, highWaterMark: 1 << 20 }), entry.sizeBytes) };
  try {
    const bytes = Buffer.alloc(entry.sizeBytes);
    for (let at = 0, read = -1; at < bytes.length && read !== 0; at += read) read = readSync(fd, bytes, at, bytes.length - at, at);
    return { entry, body: bytes };
  } finally {
    closeSync(fd);
  }
}

async function* exactly(source: AsyncIterable<Buffer>, sizeBytes: number): AsyncGenerator<Buffer> {
  let left = sizeBytes;
  for await (const chunk of source) {
    left -= chunk.length;
    yield chunk;
  }
  for (; left > 0; left -= Math.min(left, SMALL_BYTES)) yield Buffer.alloc(Math.min(left, SMALL_BYTES));
}

// Linux's 64-bit dev_t. Source: makedev(3).
function major(device: number): number {
  const bits = BigInt(device);
  return Number(((bits >> 8n) & 0xfffn) | ((bits >> 32n) & 0xfffff000n));
}

function minor(device: number): number {
  const bits = BigInt(device);
  return Number((bits & 0xffn) | ((bits >> 12n) & 0xffffff00n));
}
