import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { posix } from 'node:path';

import { systemCode } from '../../base/index.ts';
import { fdPath, openInRoot, openPath, rmdirAt, unlinkAt, utimesAt } from '../../linux/index.ts';

/** Places that every container gets something mounted on. */
const STANDARD = ['/proc', '/sys', '/dev', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf'];

interface Stub {
  readonly path: string;
  /** The nearest folder that was there, and when it was last changed. */
  readonly parent: string;
  readonly parentTime: number;
}

/**
 * Mount points that a runtime will have to make in a root file system: they must not become part of the layer. Taken before the
 * step runs; `remove` afterwards takes away those that are still empty. Works below an open root, so that links which the step
 * made meanwhile lead nowhere (CVE-2024-23652).
 */
export class MountStubs {
  readonly #root: string;
  readonly #stubs: readonly Stub[];

  constructor(root: string, targets: readonly string[]) {
    this.#root = root;
    const rootFd = openSync(root, openPath | constants.O_DIRECTORY);
    try {
      this.#stubs = [...STANDARD, ...targets].flatMap((target) => missing(rootFd, target));
    } finally {
      closeSync(rootFd);
    }
  }

  remove(): void {
    const rootFd = openSync(this.#root, openPath | constants.O_DIRECTORY);
    try {
      for (const stub of this.#stubs.toSorted((a, b) => b.path.length - a.path.length)) removeStub(rootFd, stub);
    } finally {
      closeSync(rootFd);
    }
  }
}

/** The parts of a path that do not exist yet, with the folder they will be made in. */
function missing(rootFd: number, target: string): Stub[] {
  const stubs: string[] = [];
  for (let path = target; path !== '/'; path = posix.dirname(path)) {
    const fd = openFolder(rootFd, posix.dirname(path));
    if (fd === undefined) {
      stubs.push(path);
      continue;
    }
    const exists = lstatSync(fdPath(fd, posix.basename(path)), { throwIfNoEntry: false }) !== undefined;
    const time = Math.trunc(fstatSync(fd).mtimeMs / 1000);
    closeSync(fd);
    if (exists) return stubs.map((stub) => ({ path: stub, parent: posix.dirname(path), parentTime: time }));
    stubs.push(path);
    return stubs.map((stub) => ({ path: stub, parent: posix.dirname(path), parentTime: time }));
  }
  return stubs.map((stub) => ({ path: stub, parent: '/', parentTime: 0 }));
}

function removeStub(rootFd: number, { path, parent, parentTime }: Stub): void {
  const fd = openFolder(rootFd, posix.dirname(path));
  if (fd === undefined) return;
  try {
    if (!removeEmpty(fd, posix.basename(path))) return;
  } finally {
    closeSync(fd);
  }
  // Setting a time also copies a folder up: only where the stub has done that already.
  const parentFd = openFolder(rootFd, parent);
  if (parentFd === undefined) return;
  const time = { seconds: parentTime, nanoseconds: 0 };
  utimesAt(parentFd, '.', time, time);
  closeSync(parentFd);
}

function removeEmpty(fd: number, name: string): boolean {
  const stats = lstatSync(fdPath(fd, name), { throwIfNoEntry: false });
  if (stats?.isFile() && stats.size === 0) {
    unlinkAt(fd, name);
    return true;
  }
  if (!stats?.isDirectory()) return false;
  try {
    rmdirAt(fd, name);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY') throw error; // The step put something there.
    return false;
  }
}

function openFolder(rootFd: number, path: string): number | undefined {
  try {
    return openInRoot(rootFd, path, openPath | constants.O_DIRECTORY);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}
