import { constants } from 'node:fs';
import { addon } from './addon.ts';
import type { Fd, FileName } from './types.ts';

const resolveNoMagicLinks = 0x02;
const resolveBeneath = 0x08;
const resolveInRoot = 0x10;

/** O_PATH: a handle to name a file by, without opening it. */
export const openPath = 0o10000000;

/**
 * Opens `path` as a process sees it whose root directory is `rootFd` (openat2 with RESOLVE_IN_ROOT): absolute links, `..` and magic
 * links cannot lead out, also while somebody renames directories. `flags` are `fs.constants.O_*` or `openPath`. The caller closes the fd.
 */
export function openInRoot(rootFd: Fd, path: FileName, flags: number = constants.O_RDONLY, mode = 0): Fd {
  return addon().openat2(rootFd, path, flags, mode, resolveInRoot | resolveNoMagicLinks);
}

/** Like `openInRoot`, but a path that would lead out is an error (EXDEV) instead of being bent back in. */
export function openBeneath(dirFd: Fd, path: FileName, flags: number = constants.O_RDONLY, mode = 0): Fd {
  return addon().openat2(dirFd, path, flags, mode, resolveBeneath | resolveNoMagicLinks);
}

/** The path by which this process's `node:fs` reaches an open directory or O_PATH handle, and a name in it; follows nothing but that. */
export function fdPath(fd: Fd, name?: string): string {
  return name === undefined ? `/proc/self/fd/${fd}` : `/proc/self/fd/${fd}/${name}`;
}
