import { closeSync, constants, lstatSync, openSync, readdirSync } from 'node:fs';
import type { Stats } from 'node:fs';

import { EngineError, systemCode } from '../base/index.ts';
import { fdPath, mkdirAt, openInRoot, openPath, rmdirAt, unlinkAt } from '../linux/index.ts';
import type { Fd } from '../linux/index.ts';
import { fsPath } from '../tar/index.ts';

const directoryHandle = openPath | constants.O_DIRECTORY;

/** A directory that everything written through it stays in, whatever links lie there: folders are opened by the kernel with RESOLVE_IN_ROOT and used by descriptor. Not for several threads. */
export class ConfinedRoot implements Disposable {
  readonly #root: Fd;
  #cached: { readonly path: string; readonly fd: Fd } | undefined;

  constructor(directory: string) {
    this.#root = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  }

  /** A descriptor of a folder in the root, valid until the next call; missing ones are made with mode 0755. Links are followed, as the container would. */
  directory(path: string): Fd {
    if (path === '') return this.#root;
    if (this.#cached?.path === path) return this.#cached.fd;
    const fd = this.#open(path) ?? this.#make(path);
    this.forget();
    this.#cached = { path, fd };
    return fd;
  }

  /** Like `directory`, but undefined where there is none. The caller closes it. */
  find(path: string): Fd | undefined {
    return path === '' ? openSync(fdPath(this.#root), directoryHandle) : this.#open(path);
  }

  /** Must follow whenever a folder may have been replaced. */
  forget(): void {
    if (this.#cached) closeSync(this.#cached.fd);
    this.#cached = undefined;
  }

  #open(path: string): Fd | undefined {
    try {
      return openInRoot(this.#root, fsPath(path), directoryHandle);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw unusable(path, error);
    }
  }

  #make(path: string): Fd {
    const cut = path.lastIndexOf('/');
    const parent = this.find(cut < 0 ? '' : path.slice(0, cut)) ?? this.#make(path.slice(0, cut));
    try {
      mkdirAt(parent, fsPath(path.slice(cut + 1)), 0o755);
    } catch (error) {
      throw unusable(path, error);
    } finally {
      closeSync(parent);
    }
    const made = this.#open(path);
    if (made === undefined) throw new EngineError('INTERNAL', `Cannot open the folder just made: ${path}`);
    return made;
  }

  [Symbol.dispose](): void {
    this.forget();
    closeSync(this.#root);
  }
}

function unusable(path: string, cause: unknown): EngineError {
  const why = { ENOTDIR: 'not a directory', EEXIST: 'not a directory', ELOOP: 'too many levels of symbolic links', ENAMETOOLONG: 'file name too long' };
  const code = systemCode(cause) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return new EngineError('UNAVAILABLE', `mkdir /${path}: no space left on device`, { cause });
  return new EngineError('INVALID_ARGUMENT', `mkdir /${path}: ${why[code as keyof typeof why] ?? code}`, { cause });
}

/** A file's name as the kernel takes it: text, or bytes that are no UTF-8. */
export type Name = string | Buffer;

/** The path by which `node:fs` reaches a name in an open directory. */
export function pathAt(directory: Fd, name: Name): Name {
  return typeof name === 'string' ? fdPath(directory, name) : Buffer.concat([Buffer.from(`${fdPath(directory)}/`), name]);
}

/** What lies under a name, links not followed; undefined where nothing does. */
export function statAt(directory: Fd, name: Name): Stats | undefined {
  return lstatSync(pathAt(directory, name), { throwIfNoEntry: false });
}

/** Removes a name and all below it, by descriptors, never through a link. */
export function removeAt(directory: Fd, name: Name): void {
  try {
    unlinkAt(directory, name);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    if (systemCode(error) !== 'EISDIR') throw error;
    removeDirectoryAt(directory, name);
  }
}

function removeDirectoryAt(directory: Fd, name: Name): void {
  const fd = openSync(pathAt(directory, name), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    for (const child of readdirSync(fdPath(fd), { encoding: 'buffer' })) removeAt(fd, child);
  } finally {
    closeSync(fd);
  }
  rmdirAt(directory, name);
}

/** True for overlayfs's own whiteout, a character device 0/0. */
export function isWhiteout(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0;
}
