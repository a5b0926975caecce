import { closeSync, constants, readlinkSync, statSync } from 'node:fs';
import { posix } from 'node:path';

import { EngineError, systemCode } from '../../base/index.ts';
import { chmodAt, chownAt, fdPath, mkdirAt, openInRoot, openPath, utimesAt } from '../../linux/index.ts';
import type { Owner } from './owner.ts';

const MAX_LINKS = 40;
const MAX_OPEN = 128;

/** Opens and makes folders below a root that links cannot lead out of. Folders that were there keep their times; new ones get the time given, so that the same copy makes the same layer. */
export class TargetFolders implements Disposable {
  readonly #rootFd: number;
  readonly #owner: Owner;
  readonly #mtime: number;
  /** Handles by path, the least recently used first. */
  readonly #open = new Map<string, number>();
  /** Times to set at the end, in seconds. */
  readonly #times = new Map<string, number>();

  constructor(rootFd: number, owner: Owner, mtime: number) {
    this.#rootFd = rootFd;
    this.#owner = owner;
    this.#mtime = Math.trunc(mtime);
  }

  /** An O_PATH handle of the folder at `path` ("/app/src"), made with those above it where missing. Good until the next call. */
  ensure(path: string): number {
    const known = this.#open.get(path);
    const fd = known ?? this.#existing(path) ?? this.#make(path);
    this.#open.delete(path);
    this.#open.set(path, fd);
    if (known === undefined) this.#evict();
    if (!this.#times.has(path)) this.#times.set(path, Math.trunc(statSync(`${fdPath(fd)}/.`).mtimeMs / 1000));
    return fd;
  }

  /** Makes a folder that is not there with a mode of its own. */
  make(path: string, mode: number): void {
    chmodAt(this.ensure(path), '.', mode);
  }

  /** Gives the folder this time at the end, whatever is put into it meanwhile. */
  setTime(path: string, seconds: number): void {
    this.#times.set(path, Math.trunc(seconds));
  }

  /** True when `path`, links followed, is a folder. */
  isFolder(path: string): boolean {
    if (this.#open.has(path)) return true;
    const fd = this.#existing(path, false);
    if (fd === undefined) return false;
    closeSync(fd);
    return true;
  }

  /** Where a file at `path` really goes when `path` is a link: the link's target inside the root. */
  followLinks(path: string): string {
    let here = path;
    for (let links = 0; links < MAX_LINKS; links++) {
      const folderFd = this.#existing(posix.dirname(here), false);
      if (folderFd === undefined) return here;
      const target = readLink(folderFd, posix.basename(here));
      closeSync(folderFd);
      if (target === undefined) return here;
      here = posix.resolve(posix.dirname(here), target);
    }
    throw new EngineError('INVALID_ARGUMENT', `too many links at "${path}"`);
  }

  /** Closes the handles and sets every folder's time. */
  [Symbol.dispose](): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
    for (const [path, seconds] of this.#times) {
      const fd = this.#existing(path);
      if (fd === undefined) continue;
      utimesAt(fd, '.', { seconds, nanoseconds: 0 }, { seconds, nanoseconds: 0 });
      closeSync(fd);
    }
  }

  #evict(): void {
    if (this.#open.size <= MAX_OPEN) return;
    for (const [path, fd] of this.#open) {
      this.#open.delete(path);
      closeSync(fd);
      return;
    }
  }

  #existing(path: string, mustBeFolder = true): number | undefined {
    try {
      return openInRoot(this.#rootFd, path, openPath | constants.O_DIRECTORY);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT') return undefined;
      if (code !== 'ENOTDIR') throw error;
      if (!mustBeFolder) return undefined;
      throw new EngineError('INVALID_ARGUMENT', `cannot copy to non-directory: ${path}`);
    }
  }

  #make(path: string): number {
    const name = posix.basename(path);
    const parentFd = this.ensure(posix.dirname(path));
    const target = readLink(parentFd, name);
    if (target !== undefined) {
      this.ensure(posix.resolve(posix.dirname(path), target));
      return openInRoot(this.#rootFd, path, openPath | constants.O_DIRECTORY);
    }
    mkdirAt(parentFd, name, 0o755);
    chmodAt(parentFd, name, 0o755);
    if (this.#owner.uid !== 0 || this.#owner.gid !== 0) chownAt(parentFd, name, this.#owner.uid, this.#owner.gid);
    this.#times.set(path, this.#mtime);
    return openInRoot(parentFd, name, openPath | constants.O_DIRECTORY);
  }
}

function readLink(fd: number, name: string): string | undefined {
  try {
    return readlinkSync(fdPath(fd, name));
  } catch (error) {
    if (['EINVAL', 'ENOENT'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}
