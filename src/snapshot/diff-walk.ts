import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';

import { EngineError } from '../base/index.ts';
import { fdPath, getXattr, openBeneath, readXattrs } from '../linux/index.ts';
import type { Fd } from '../linux/index.ts';
import { decodePath, encodeHeader, endOfArchive, fileEntry, fsPath, paddingOf } from '../tar/index.ts';
import type { TarEntry } from '../tar/index.ts';
import { isWhiteout } from './confined-root.ts';
import { opaqueMarker, whiteoutPrefix } from './entry-path.ts';

/** What a layer tar is made from. */
export interface DiffOptions {
  /** Unix seconds that no mtime may pass. */
  readonly clampTime?: number;
}

/** Bytes of a file read at once. */
const readSize = 1 << 20;
/** Longer paths have no use for anybody, and each folder on the way is held open. */
const mostPathLength = 4096;
const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * The layer tar of an overlay's upper folder, piece by piece: entries sorted by name, whole seconds, numeric owners, whiteouts as OCI spells them.
 * A container may be at work in it: every step down is by descriptor and follows no link. Synchronous, for a Worker. Each piece is a fresh
 * buffer that the caller may give away.
 */
export function* layerTar(directory: string, options: DiffOptions = {}): Generator<Buffer> {
  const walk: Walk = { clampTime: options.clampTime ?? Infinity, inodes: new Map() };
  yield* folder(walk, openSync(directory, folderFlags), '');
  yield Buffer.from(endOfArchive);
}

interface Walk {
  readonly clampTime: number;
  /** First name of each inode that has several. */
  readonly inodes: Map<number, string>;
}

/** What is in an open folder, which is closed at the end. */
function* folder(walk: Walk, fd: Fd, path: string): Generator<Buffer> {
  try {
    if (path.length > mostPathLength) throw new EngineError('INVALID_ARGUMENT', `${path.slice(0, 100)}…: file name too long`);
    for (const name of namesIn(fdPath(fd))) yield* member(walk, { folder: fd, name, path: path === '' ? name : `${path}/${name}` });
  } finally {
    closeSync(fd);
  }
}

/** A name in an open folder, and its path in the layer. */
interface Place {
  readonly folder: Fd;
  readonly name: string;
  readonly path: string;
}

/** Names in a folder, sorted; those that are no UTF-8 as `decodePath` has them. */
export function namesIn(directory: string): readonly string[] {
  return readdirSync(fsPath(directory), { encoding: 'buffer' }).map(decodePath).sort(byCodeUnits);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function* member(walk: Walk, place: Place): Generator<Buffer> {
  const stats = lstatSync(fsPath(fileAt(place)));
  if (isWhiteout(stats)) yield encodeHeader(fileEntry(whiteoutOf(place.path), 0));
  else if (!stats.isSocket()) yield* object(walk, place, stats);
}

function* object(walk: Walk, place: Place, stats: Stats): Generator<Buffer> {
  const file = fileAt(place);
  const entry = entryOf(walk, place, stats);
  yield encodeHeader(entry);
  if (entry.type === 'file') yield* contents(file, entry.sizeBytes);
  if (entry.type === 'directory') {
    if (isOpaque(file)) yield encodeHeader(fileEntry(`${place.path}/${opaqueMarker}`, 0));
    yield* folder(walk, openBeneath(place.folder, fsPath(place.name), folderFlags), place.path);
  }
}

function fileAt(place: Place): string {
  return fdPath(place.folder, place.name);
}

function whiteoutOf(path: string): string {
  const cut = path.lastIndexOf('/') + 1;
  return `${path.slice(0, cut)}${whiteoutPrefix}${path.slice(cut)}`;
}

/** True for a folder of an upper directory that hides what lies below it. */
export function isOpaque(directory: string): boolean {
  return getXattr(fsPath(directory), 'trusted.overlay.opaque')?.toString() === 'y';
}

function entryOf(walk: Walk, place: Place, stats: Stats): TarEntry {
  const { path } = place;
  const first = stats.nlink > 1 && !stats.isDirectory() ? walk.inodes.get(stats.ino) : undefined;
  const common = { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, mtime: Math.min(Math.floor(stats.mtimeMs / 1000), walk.clampTime), sizeBytes: 0 };
  if (first !== undefined) return { ...common, type: 'hardlink', path, linkName: first };
  if (stats.nlink > 1 && !stats.isDirectory()) walk.inodes.set(stats.ino, path);
  const xattrs = keptAttributes(fileAt(place), stats);
  const more = { ...common, ...(xattrs.size > 0 && { xattrs }) };
  if (stats.isDirectory()) return { ...more, type: 'directory', path: `${path}/` };
  if (stats.isFile()) return { ...more, type: 'file', path, sizeBytes: stats.size };
  if (stats.isSymbolicLink()) return { ...more, type: 'symlink', path, linkName: decodePath(readlinkSync(fsPath(fileAt(place)), { encoding: 'buffer' })) };
  if (stats.isFIFO()) return { ...more, type: 'fifo', path };
  return { ...more, type: stats.isCharacterDevice() ? 'character' : 'block', path, deviceMajor: majorOf(stats.rdev), deviceMinor: minorOf(stats.rdev) };
}

/** File capabilities and the user's own attributes travel with a layer, overlayfs's marks do not. */
function keptAttributes(file: string, stats: Stats): ReadonlyMap<string, Buffer> {
  if (!stats.isFile() && !stats.isDirectory()) return new Map();
  return new Map(
    [...readXattrs(fsPath(file))].filter(([name]) => name === 'security.capability' || (name.startsWith('user.') && !name.startsWith('user.overlay.'))),
  );
}

function* contents(file: string, sizeBytes: number): Generator<Buffer> {
  if (sizeBytes === 0) return;
  const fd = openSync(fsPath(file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) throw new EngineError('DATA_LOSS', `${file} was replaced while it was read`);
    for (let left = sizeBytes; left > 0; left -= readSize)
      yield piece(fd, Math.min(left, readSize), { file, padding: left > readSize ? 0 : paddingOf(sizeBytes) });
  } finally {
    closeSync(fd);
  }
}

function piece(fd: number, size: number, { file, padding }: { readonly file: string; readonly padding: number }): Buffer {
  const chunk = Buffer.alloc(size + padding);
  for (let at = 0; at < size;) {
    const read = readSync(fd, chunk, at, size - at, null);
    if (read === 0) throw new EngineError('DATA_LOSS', `${file} became shorter while it was read`);
    at += read;
  }
  return chunk;
}

// Linux's 64-bit dev_t, as makedev(3) packs it.
function majorOf(rdev: number): number {
  const device = BigInt(rdev);
  return Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n));
}

function minorOf(rdev: number): number {
  const device = BigInt(rdev);
  return Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n));
}
