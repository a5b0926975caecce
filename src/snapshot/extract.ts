import { closeSync, constants, fchmodSync, fchownSync, ftruncateSync, futimesSync, writeSync } from 'node:fs';

import { EngineError, systemCode } from '../base/index.ts';
import { chmodAt, chownAt, fdPath, FileKind, linkAt, mkdirAt, mknodAt, openBeneath, removeXattr, setXattr, symlinkAt, utimesAt } from '../linux/index.ts';
import type { Fd, FileTime } from '../linux/index.ts';
import { fsPath } from '../tar/index.ts';
import type { TarEntry, TarHandler } from '../tar/index.ts';
import { ConfinedRoot, isWhiteout, pathAt, removeAt, statAt } from './confined-root.ts';
import type { Name } from './confined-root.ts';
import { entryPath, metaPrefix, opaqueMarker, whiteoutPrefix, whiteoutTarget } from './entry-path.ts';
import type { EntryPath } from './entry-path.ts';

/** How an archive is written out. */
export interface ExtractOptions {
  /** `overlay`: whiteouts become overlayfs's own, for a layer's folder. `none` (default): such names are files like any other. */
  readonly whiteouts?: 'overlay' | 'none';
  /** Owner of everything instead of the archive's. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Refuses to replace a folder by something else, or something else by a folder. */
  readonly keepKinds?: boolean;
}

/** What was written. */
export interface Extracted {
  /** Bytes of all files. */
  readonly sizeBytes: number;
  readonly entries: number;
  /** Digest of the uncompressed archive, where it was asked for. */
  readonly diffId?: string;
}

/** A file that is being written; its `path` is good while no other entry comes. */
interface OpenFile {
  readonly fd: Fd;
  readonly entry: TarEntry;
  readonly path: Name;
}

const opaque = 'trusted.overlay.opaque';
const setGroupId = 0o2000;
/** S_IFBLK, which `FileKind` leaves out. */
const blockKind = 0o060000;
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Writes the entries of a parsed archive below a folder, synchronously, and never outside it. Later entries win. Call `finish` at the end: it sets the times of folders. */
export class Extractor implements TarHandler, Disposable {
  readonly #root: ConfinedRoot;
  readonly #options: ExtractOptions;
  readonly #directories = new Map<string, number>();
  #file: OpenFile | undefined;
  #sizeBytes = 0;
  #entries = 0;
  #stale = false;
  /** True for a layer's own empty folder. */
  readonly #isFresh: boolean;
  #plainGroups: boolean;
  readonly #umask = process.umask();

  constructor(directory: string, options: ExtractOptions = {}) {
    this.#root = new ConfinedRoot(directory);
    this.#options = options;
    this.#isFresh = options.whiteouts === 'overlay';
    this.#plainGroups = this.#isFresh && process.geteuid?.() === 0 && process.getegid?.() === 0;
  }

  entry(entry: TarEntry): void {
    const { parent, name } = entryPath(entry.path);
    this.#entries++;
    if (this.#stale) this.#root.forget();
    this.#stale = false;
    if (this.#options.whiteouts === 'overlay' && name.startsWith(whiteoutPrefix)) return this.#whiteout(parent, name);
    try {
      this.#write(entry, { parent, name });
    } catch (error) {
      throw explained(entry, error);
    }
  }

  data(chunk: Buffer, offset: number): void {
    const file = this.#file;
    if (!file) return;
    for (let at = 0; at < chunk.length;) at += writeChunk(file, chunk.subarray(at), offset + at);
  }

  end(): void {
    const file = this.#file;
    if (!file) return;
    this.#file = undefined;
    if (file.entry.sparse) ftruncateSync(file.fd, file.entry.sizeBytes);
    this.#dress(file);
    futimesSync(file.fd, file.entry.mtime, file.entry.mtime);
    closeSync(file.fd);
  }

  /** Sets the times of folders, innermost first, as writing into them changed these. */
  finish(): Extracted {
    for (const [path, mtime] of [...this.#directories].reverse()) {
      const fd = this.#root.find(path);
      if (fd === undefined) continue;
      utimesAt(fd, '.', fileTime(mtime), fileTime(mtime));
      closeSync(fd);
    }
    return { sizeBytes: this.#sizeBytes, entries: this.#entries };
  }

  #write(entry: TarEntry, { parent, name: text }: EntryPath): void {
    if (text === '.') return this.#rootItself(entry);
    const name = fsPath(text);
    const directory = this.#root.directory(parent);
    switch (entry.type) {
      case 'file':
        return this.#createFile(directory, name, entry);
      case 'directory':
        return this.#makeDirectory(directory, name, { entry, path: parent === '' ? text : `${parent}/${text}` });
      case 'hardlink':
        return this.#link(parent, name, entry);
      case 'symlink':
        this.#place(directory, name, () => symlinkAt(fsPath(entry.linkName ?? ''), directory, name));
        return this.#dressNode(directory, name, entry);
      default:
        this.#place(directory, name, () => mknodAt(directory, name, nodeKind(entry) | 0o600, { major: entry.deviceMajor ?? 0, minor: entry.deviceMinor ?? 0 }));
        return this.#dressNode(directory, name, entry);
    }
  }

  #createFile(directory: Fd, name: Name, entry: TarEntry): void {
    const fd = this.#place(directory, name, () => openBeneath(directory, name, createFlags, this.#firstMode(entry)));
    this.#file = { fd, entry, path: pathAt(directory, name) };
    this.#sizeBytes += entry.sizeBytes;
  }

  #makeDirectory(directory: Fd, name: Name, { entry, path }: { readonly entry: TarEntry; readonly path: string }): void {
    const there = statAt(directory, name);
    const hidden = there !== undefined && isWhiteout(there);
    if (this.#options.keepKinds && there && !there.isDirectory()) throw otherKind(name, 'non-directory', 'directory');
    if (!there?.isDirectory()) this.#place(directory, name, () => mkdirAt(directory, name, this.#firstMode(entry)));
    if (hidden && this.#options.whiteouts === 'overlay') setXattr(pathAt(directory, name), opaque, Buffer.from('y'));
    this.#dressNode(directory, name, entry);
    this.#directories.delete(path);
    this.#directories.set(path, entry.mtime);
  }

  #rootItself(entry: TarEntry): void {
    if (entry.type !== 'directory') throw new EngineError('INVALID_ARGUMENT', `archive breakout: the root is no ${entry.type}`);
    this.#dressNode(this.#root.directory(''), '.', entry);
    this.#directories.set('', entry.mtime);
  }

  #link(parent: string, name: Name, entry: TarEntry): void {
    const target = entryPath(entry.linkName ?? '');
    const from = this.#root.find(target.parent);
    if (from === undefined || target.name === '.')
      throw new EngineError('INVALID_ARGUMENT', `invalid hardlink ${entry.path} -> ${entry.linkName}: no such file`);
    try {
      const directory = this.#root.directory(parent);
      this.#place(directory, name, () => linkAt(from, fsPath(target.name), directory, name));
    } finally {
      closeSync(from);
    }
  }

  /** Makes something under a name; what lies there already gives way. */
  #place<T>(directory: Fd, name: Name, make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    if (this.#options.keepKinds && statAt(directory, name)?.isDirectory()) throw otherKind(name, 'directory', 'non-directory');
    removeAt(directory, name);
    // Its folder may still be open as the last one used, but the path leads elsewhere now.
    this.#stale = true;
    return make();
  }

  #whiteout(parent: string, name: string): void {
    const directory = this.#root.directory(parent);
    if (name === opaqueMarker) return setXattr(fdPath(directory, '.'), opaque, Buffer.from('y'));
    if (name.startsWith(metaPrefix)) return;
    const target = whiteoutTarget(name);
    const there = statAt(directory, fsPath(target));
    // A layer that brings a folder and deletes it below means: this folder instead of that one.
    if (there?.isDirectory()) setXattr(pathAt(directory, fsPath(target)), opaque, Buffer.from('y'));
    else if (there === undefined) mknodAt(directory, fsPath(target), FileKind.character, { major: 0, minor: 0 });
  }

  /** Owner, then mode, because a change of owner clears set-id bits, then attributes, because it clears capabilities too. */
  #dress({ fd, entry, path }: OpenFile): void {
    const { uid, gid } = this.#options.owner ?? entry;
    if (!this.#isBornWith(uid, gid)) fchownSync(fd, uid, gid);
    if (this.#needsMode(entry)) fchmodSync(fd, entry.mode);
    this.#attributes(path, entry);
  }

  #dressNode(directory: Fd, name: Name, entry: TarEntry): void {
    const { uid, gid } = this.#options.owner ?? entry;
    if (entry.mode & setGroupId) this.#plainGroups = false;
    if (entry.type === 'directory' || !this.#isBornWith(uid, gid)) chownAt(directory, name, uid, gid);
    if (entry.type !== 'symlink') chmodAt(directory, name, entry.mode);
    this.#attributes(pathAt(directory, name), entry);
    if (entry.type !== 'directory') utimesAt(directory, name, fileTime(entry.mtime), fileTime(entry.mtime));
  }

  /** What a fresh layer makes is root's already, where no folder hands its group on: most files need no change of owner. */
  #isBornWith(uid: number, gid: number): boolean {
    return uid === 0 && gid === 0 && this.#plainGroups;
  }

  /** Files of a fresh layer are nobody else's yet: they may have their mode from the start. */
  #firstMode(entry: TarEntry): number {
    return this.#isFresh ? entry.mode & 0o777 : entry.type === 'directory' ? 0o700 : 0o600;
  }

  #needsMode({ mode }: TarEntry): boolean {
    return !this.#isFresh || (mode & ~0o777) !== 0 || (mode & this.#umask) !== 0 || !this.#plainGroups;
  }

  #attributes(path: Name, entry: TarEntry): void {
    if (!entry.xattrs) return;
    for (const [name, value] of entry.xattrs) if (isAllowed(name)) applyAttribute(path, name, value);
  }

  [Symbol.dispose](): void {
    if (this.#file) closeSync(this.#file.fd);
    this.#file = undefined;
    this.#root[Symbol.dispose]();
  }
}

function writeChunk(file: OpenFile, chunk: Buffer, offset: number): number {
  return file.entry.sparse ? writeSync(file.fd, chunk, 0, chunk.length, offset) : writeSync(file.fd, chunk);
}

/** A layer must not steer overlayfs: "trusted.overlay.redirect" and its like stay out. */
function isAllowed(name: string): boolean {
  return !name.startsWith('trusted.') && !name.startsWith('user.overlay.');
}

/** File systems without attributes, and namespaces that may not set them, are common: the file itself counts. */
function applyAttribute(path: Name, name: string, value: Buffer): void {
  try {
    if (value.length === 0 && name === 'security.capability') removeXattr(path, name);
    else setXattr(path, name, value);
  } catch (error) {
    if (!['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'ENODATA'].includes(systemCode(error) ?? '')) throw error;
  }
}

function otherKind(file: Name, there: string, wanted: string): EngineError {
  const name = file.toString();
  return new EngineError('INVALID_ARGUMENT', `cannot overwrite ${there} ${JSON.stringify(name)} with ${wanted} ${JSON.stringify(name)}`);
}

function nodeKind({ type }: TarEntry): number {
  if (type === 'fifo') return FileKind.fifo;
  return type === 'character' ? FileKind.character : blockKind;
}

function fileTime(seconds: number): FileTime {
  const whole = Math.floor(seconds);
  return { seconds: whole, nanoseconds: Math.round((seconds - whole) * 1e9) };
}

function explained(entry: TarEntry, error: unknown): unknown {
  const code = systemCode(error);
  if (error instanceof EngineError || code === undefined) return error;
  const kind = code === 'ENOSPC' || code === 'EDQUOT' ? 'UNAVAILABLE' : 'INVALID_ARGUMENT';
  const why =
    { ENOSPC: 'no space left on device', ENOENT: 'no such file or directory', ENAMETOOLONG: 'file name too long', ENOTDIR: 'not a directory' }[code] ?? code;
  return new EngineError(kind, `${entry.type} ${entry.path}: ${why}`, { cause: error });
}
