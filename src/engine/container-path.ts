import { closeSync, constants, fstatSync, readlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { PathStat } from '../api/index.ts';
import { EngineError, systemCode } from '../base/index.ts';
import { fdPath, openBeneath, openInRoot, openPath } from '../linux/index.ts';
import type { Fd } from '../linux/index.ts';
import { cleanPath } from './parse-bind.ts';

/** An object in a container, by the directory that holds it. */
export interface ContainerPath extends Disposable {
  /** Open directory; the object itself for "/" and for paths that end in "/" or "/.". */
  readonly directory: Fd;
  /** Its name there; "." for the directory itself. */
  readonly name: string;
  readonly stats: Stats;
  /** What an archive calls it: the last element of the path as it was given. */
  readonly shown: string;
}

/** Finds a path in a container's tree. The last element is not followed when it is a link, unless a slash comes after it. NOT_FOUND in Docker's words. */
export function openContainerPath(rootFd: Fd, path: string, reference: string): ContainerPath {
  const absolute = path.startsWith('/') ? path : `/${path}`;
  const itself = cleanPath(absolute) === '/' || /\/\.?$/.test(absolute);
  try {
    return itself ? openItself(rootFd, absolute) : openChild(rootFd, cleanPath(absolute));
  } catch (error) {
    throw notFound(error, path, reference);
  }
}

function openItself(rootFd: Fd, absolute: string): ContainerPath {
  const directory = openInRoot(rootFd, absolute, constants.O_RDONLY | constants.O_DIRECTORY);
  const shown = absolute.endsWith('/.') ? '.' : cleanPath(absolute) === '/' ? '/' : basename(cleanPath(absolute));
  return { directory, name: '.', stats: fstatSync(directory), shown, [Symbol.dispose]: () => closeSync(directory) };
}

function openChild(rootFd: Fd, clean: string): ContainerPath {
  const directory = openInRoot(rootFd, dirname(clean), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const name = basename(clean);
    const fd = openBeneath(directory, name, openPath | constants.O_NOFOLLOW);
    const stats = fstatSync(fd);
    closeSync(fd);
    return { directory, name, stats, shown: name, [Symbol.dispose]: () => closeSync(directory) };
  } catch (error) {
    closeSync(directory);
    throw error;
  }
}

/** Docker answers 404 for what is not there, and for what cannot be reached. */
export function notFound(error: unknown, path: string, reference: string): unknown {
  const code = systemCode(error);
  if (code === 'ENOTDIR' && path.endsWith('/')) return new EngineError('INVALID_ARGUMENT', `lstat ${path}: not a directory`, { cause: error });
  if (code !== undefined && ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code))
    return new EngineError('NOT_FOUND', `Could not find the file ${path} in container ${reference}`, { cause: error });
  return error;
}

/** What the header of archive answers tells of an object. `path` is the one that was asked for. */
export function pathStat(found: ContainerPath, path: string): PathStat {
  const { stats, shown } = found;
  const linkTarget = stats.isSymbolicLink() ? resolve(dirname(cleanPath(`/${path}`)), readlinkSync(fdPath(found.directory, found.name))) : '';
  return { name: shown === '.' ? basename(cleanPath(path)) : shown, size: stats.size, mode: goFileMode(stats), mtime: timeOf(stats), linkTarget };
}

function timeOf({ mtimeMs }: Stats): string {
  return new Date(mtimeMs).toISOString();
}

/** Go's FileMode: permission bits, and the kind in bits of its own. Source: Go io/fs, FileMode. */
function goFileMode(stats: Stats): number {
  const kinds: readonly (readonly [boolean, number])[] = [
    [stats.isDirectory(), 31],
    [stats.isSymbolicLink(), 27],
    [stats.isBlockDevice() || stats.isCharacterDevice(), 26],
    [stats.isFIFO(), 25],
    [stats.isSocket(), 24],
    [(stats.mode & 0o4000) !== 0, 23],
    [(stats.mode & 0o2000) !== 0, 22],
    [stats.isCharacterDevice(), 21],
    [(stats.mode & 0o1000) !== 0, 20],
  ];
  return kinds.filter(([holds]) => holds).reduce((mode, [, bit]) => mode + 2 ** bit, stats.mode & 0o777);
}
