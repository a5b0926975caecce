import { addon } from './addon.ts';
import type { Fd, FileName } from './types.ts';

/*
 * Changes to one name in an open directory. `name` is a single component: with a directory fd from `openInRoot`, nothing here can touch
 * a file outside. None follows a symbolic link; `chmodAt` fails for one with EOPNOTSUPP.
 */

const noFollow = 0x100;
const removeDirectory = 0x200;

/** Kinds of file for `mknodAt`, to be or-ed with the permission bits. */
export const FileKind = { fifo: 0o010000, character: 0o020000, block: 0o060000, regular: 0o100000, socket: 0o140000 } as const;

export function mkdirAt(dirFd: Fd, name: FileName, mode: number): void {
  addon().mkdirat(dirFd, name, mode);
}

/** Device node, fifo or socket: `mode` holds a `FileKind` and the permissions. */
export function mknodAt(dirFd: Fd, name: FileName, mode: number, device: { major: number; minor: number } = { major: 0, minor: 0 }): void {
  addon().mknodat(dirFd, name, mode, device.major, device.minor);
}

export function symlinkAt(target: FileName, dirFd: Fd, name: FileName): void {
  addon().symlinkat(target, dirFd, name);
}

export function linkAt(fromFd: Fd, fromName: FileName, toFd: Fd, toName: FileName): void {
  addon().linkat(fromFd, fromName, toFd, toName);
}

export function unlinkAt(dirFd: Fd, name: FileName): void {
  addon().unlinkat(dirFd, name, 0);
}

export function rmdirAt(dirFd: Fd, name: FileName): void {
  addon().unlinkat(dirFd, name, removeDirectory);
}

/** `exchange` swaps the two names in one step; `noReplace` fails with EEXIST when the new name is taken. */
export function renameAt(fromFd: Fd, fromName: FileName, toFd: Fd, toName: FileName, how: 'replace' | 'noReplace' | 'exchange' = 'replace'): void {
  addon().renameat2(fromFd, fromName, toFd, toName, how === 'replace' ? 0 : how === 'noReplace' ? 1 : 2);
}

export function chownAt(dirFd: Fd, name: FileName, uid: number, gid: number): void {
  addon().fchownat(dirFd, name, uid, gid, noFollow);
}

export function chmodAt(dirFd: Fd, name: FileName, mode: number): void {
  addon().fchmodat(dirFd, name, mode);
}

/** Seconds and nanoseconds since the epoch. */
export interface FileTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

export function utimesAt(dirFd: Fd, name: FileName, access: FileTime, modification: FileTime): void {
  addon().utimensat(dirFd, name, access.seconds, access.nanoseconds, modification.seconds, modification.nanoseconds);
}
