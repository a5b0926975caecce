import { closeSync, constants, copyFileSync, fchmodSync, fchownSync, futimesSync, lstatSync, openSync, readSync, writeSync } from 'node:fs';
import { join, posix } from 'node:path';

import { EngineError, systemCode } from '../../base/index.ts';
import { chmodAt, chownAt, fdPath, FileKind, linkAt, mkdirAt, mknodAt, openPath, rmdirAt, setXattr, symlinkAt, unlinkAt, utimesAt } from '../../linux/index.ts';
import type { SourceNode } from '../source/node.ts';
import type { Selected, SelectedEntry } from '../source/select.ts';
import { isAbsoluteMode, parseModeChange } from './mode-change.ts';
import type { ModeChange } from './mode-change.ts';
import { resolveOwner } from './owner.ts';
import type { Owner } from './owner.ts';
import { TargetFolders } from './target-folder.ts';
import type { CopyJob } from './types.ts';

/** Does a copy job, blocking: for a Worker. Nothing outside `job.root` can be touched. */
export function copyFiles(job: CopyJob): void {
  const rootFd = openSync(job.root, openPath | constants.O_DIRECTORY);
  try {
    const owner = job.chown === undefined ? undefined : resolveOwner(rootFd, job.chown);
    using folders = new TargetFolders(rootFd, owner ?? { uid: 0, gid: 0 }, newestTime(job.selected));
    using source = openSource(job);
    const copier = new Copier(folders, source, { owner, chmod: job.chmod, several: job.selected.length > 1 });
    for (const selected of job.selected) copier.copy(selected, job.destination);
  } finally {
    closeSync(rootFd);
  }
}

/** Makes a folder with those above it. */
export function makeFolder(root: string, path: string): void {
  const rootFd = openSync(root, openPath | constants.O_DIRECTORY);
  try {
    using folders = new TargetFolders(rootFd, { uid: 0, gid: 0 }, Date.now() / 1000);
    folders.ensure(path);
  } finally {
    closeSync(rootFd);
  }
}

/** Folders that a copy makes on its way get the time of the newest file in it. */
function newestTime(selected: readonly Selected[]): number {
  let newest = 0;
  for (const { entries } of selected) for (const { node } of entries) newest = Math.max(newest, node.mtime);
  return newest;
}

interface OpenSource extends Disposable {
  /** Copies the contents of a file to the fd. */
  contents(entry: SelectedEntry, fd: number): void;
}

const BUFFER_BYTES = 1 << 18;
const UMASK = process.umask();

function openSource({ source }: CopyJob): OpenSource {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  if (source.kind === 'disk') {
    return {
      contents: ({ source: path }, fd) => copyFileSync(join(source.root, path), `/proc/self/fd/${fd}`),
      [Symbol.dispose]: () => {},
    };
  }
  const from = openSync(source.file, 'r');
  return {
    contents: ({ source: path, node }, fd) => {
      const offset = source.offsets.get(path) ?? 0;
      for (let at = 0; at < node.sizeBytes;) {
        const read = readSync(from, buffer, 0, Math.min(buffer.length, node.sizeBytes - at), offset + at);
        if (read === 0) throw new EngineError('DATA_LOSS', `build context ended inside "${path}"`);
        for (let written = 0; written < read;) written += writeSync(fd, buffer, written, read - written);
        at += read;
      }
    },
    [Symbol.dispose]: () => closeSync(from),
  };
}

class Copier {
  readonly #folders: TargetFolders;
  readonly #source: OpenSource;
  readonly #owner: Owner | undefined;
  readonly #chmod: ModeChange | undefined;
  /** Mode of a folder that the copy itself makes; 0755 when undefined. */
  readonly #folderMode: number | undefined;
  /** Folders that this copy made: nothing is in them but what it put there. */
  readonly #fresh = new Set<string>();
  /** What has been put where, when several sources may meet. */
  readonly #placed = new Set<string>();
  readonly #several: boolean;
  readonly #linked = new Map<string, { folder: string; name: string }>();

  constructor(
    folders: TargetFolders,
    source: OpenSource,
    { owner, chmod, several }: { owner: Owner | undefined; chmod: string | undefined; several: boolean },
  ) {
    this.#several = several;
    this.#folders = folders;
    this.#source = source;
    this.#owner = owner;
    this.#chmod = chmod === undefined ? undefined : parseModeChange(chmod);
    this.#folderMode = chmod !== undefined && isAbsoluteMode(chmod) ? Number.parseInt(chmod, 8) : undefined;
  }

  copy(selected: Selected, destination: string): void {
    const [first] = selected.entries;
    if (!first) return;
    const isFolder = destination.endsWith('/') || selected.parents !== '';
    const path = posix.resolve('/', destination, selected.parents);
    if (first.node.type === 'directory') {
      if (this.#folderMode !== undefined && !isFolder && !this.#folders.isFolder(path)) this.#folders.make(path, this.#folderMode);
      this.#copyFolder(selected.entries, path);
    } else if (isFolder || this.#folders.isFolder(path)) this.#place(first, path, selected.name);
    else {
      const real = this.#folders.followLinks(path);
      this.#place(first, posix.dirname(real), posix.basename(real));
    }
  }

  #copyFolder(entries: readonly SelectedEntry[], path: string): void {
    this.#folders.ensure(path);
    for (const entry of entries.slice(1)) {
      const target = posix.join(path, entry.path);
      if (entry.node.type === 'directory') this.#placeFolder(entry, target);
      else this.#place(entry, posix.dirname(target), posix.basename(target));
    }
  }

  #placeFolder({ node }: SelectedEntry, path: string): void {
    const fd = this.#folders.ensure(posix.dirname(path));
    const name = posix.basename(path);
    const existing = statAt(fd, name);
    if (existing && !existing.isDirectory()) throw new EngineError('INVALID_ARGUMENT', `cannot copy to non-directory: ${path}`);
    if (!existing) {
      mkdirAt(fd, name, 0o700);
      this.#fresh.add(path);
    }
    const owner = this.#owner ?? node;
    if (existing || owner.uid !== 0 || owner.gid !== 0) chownAt(fd, name, owner.uid, owner.gid);
    chmodAt(fd, name, this.#chmod?.(node.mode, true) ?? node.mode);
    setXattrs(fd, name, node);
    this.#folders.setTime(path, node.mtime);
  }

  #place(entry: SelectedEntry, folder: string, name: string): void {
    const { node } = entry;
    const twin = node.identity === undefined ? undefined : this.#linked.get(node.identity);
    const twinFd = twin && openSync(fdPath(this.#folders.ensure(twin.folder)), openPath | constants.O_DIRECTORY);
    const fd = this.#folders.ensure(folder);
    if (!this.#fresh.has(folder) || this.#placed.has(posix.join(folder, name))) clear(fd, name, posix.join(folder, name));
    if (this.#several) this.#placed.add(posix.join(folder, name));
    if (twin && twinFd !== undefined) {
      linkAt(twinFd, twin.name, fd, name);
      return closeSync(twinFd);
    }
    if (node.identity !== undefined) this.#linked.set(node.identity, { folder, name });
    if (node.type === 'file') this.#placeFile(entry, fd, name);
    else this.#placeSpecial(node, fd, name);
  }

  #placeFile(entry: SelectedEntry, folderFd: number, name: string): void {
    const { node } = entry;
    const mode = this.#chmod?.(node.mode, false) ?? node.mode;
    const created = mode & 0o777 & ~UMASK;
    const fd = openSync(fdPath(folderFd, name), constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW, created);
    try {
      if (node.sizeBytes > 0) this.#source.contents(entry, fd);
      const owner = this.#owner ?? node;
      if (owner.uid !== 0 || owner.gid !== 0) fchownSync(fd, owner.uid, owner.gid);
      if (mode !== created) fchmodSync(fd, mode);
      setXattrs(folderFd, name, node);
      const seconds = Math.trunc(node.mtime);
      futimesSync(fd, seconds, seconds);
    } finally {
      closeSync(fd);
    }
  }

  #placeSpecial(node: SourceNode, fd: number, name: string): void {
    if (node.type === 'symlink') symlinkAt(node.linkName ?? '', fd, name);
    else mknodAt(fd, name, (node.type === 'fifo' ? FileKind.fifo : node.type === 'block' ? FileKind.block : FileKind.character) | 0o600, node.device);
    const owner = this.#owner ?? node;
    chownAt(fd, name, owner.uid, owner.gid);
    if (node.type !== 'symlink') chmodAt(fd, name, this.#chmod?.(node.mode, false) ?? node.mode);
    setTimes(fd, name, node);
  }
}

function clear(fd: number, name: string, path: string): void {
  const existing = statAt(fd, name);
  if (!existing) return;
  if (!existing.isDirectory()) return unlinkAt(fd, name);
  try {
    rmdirAt(fd, name);
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY') throw error;
    throw new EngineError('INVALID_ARGUMENT', `cannot copy a file over the directory ${path}, which is not empty`);
  }
}

function statAt(fd: number, name: string): ReturnType<typeof lstatSync> {
  return lstatSync(fdPath(fd, name), { throwIfNoEntry: false });
}

function setTimes(fd: number, name: string, node: SourceNode): void {
  const time = { seconds: Math.trunc(node.mtime), nanoseconds: 0 };
  utimesAt(fd, name, time, time);
}

function setXattrs(fd: number, name: string, node: SourceNode): void {
  for (const [key, value] of node.xattrs ?? []) setXattr(fdPath(fd, name), key, value);
}
