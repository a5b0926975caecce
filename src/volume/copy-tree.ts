import { closeSync, constants, copyFile, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { promisify } from 'node:util';

import { systemCode } from '../base/index.ts';
import { chmodAt, chownAt, fdPath, linkAt, mkdirAt, mknodAt, openBeneath, readXattrs, setXattr, symlinkAt, utimesAt } from '../linux/index.ts';

const copyFileAsync = promisify(copyFile);
const openDirectory = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const openFile = constants.O_RDONLY | constants.O_NOFOLLOW;
/** Give other requests a turn after so many entries; each takes some 50 µs. */
const entriesPerTurn = 64;

/**
 * Copies everything in one open directory into another, with owners, modes, times, links among the files, devices and
 * extended attributes, and gives the target directory what the source directory itself has. Both sides are only ever
 * reached through open directories: a link in either tree leads nowhere.
 */
export async function copyTree(source: number, target: number): Promise<void> {
  const copy: Copy = { root: target, hardLinks: new Map(), entries: 0 };
  await copyEntries(copy, { source, target, path: '' });
  copyMetadata(fdPath(source), lstatSync(fdPath(source, '.'), { bigint: true }), target, '.');
}

interface Copy {
  root: number;
  /** "device:inode" → its first name in the copy, seen from `root`. */
  hardLinks: Map<string, string>;
  entries: number;
}

/** One directory on both sides, and where it is below the root: "" or "a/b/". */
interface Place {
  source: number;
  target: number;
  path: string;
}

async function copyEntries(copy: Copy, place: Place): Promise<void> {
  for (const name of readdirSync(fdPath(place.source))) {
    if (++copy.entries % entriesPerTurn === 0) await new Promise(setImmediate);
    await copyEntry(copy, place, name);
  }
}

async function copyEntry(copy: Copy, place: Place, name: string): Promise<void> {
  const { source, target } = place;
  const stat = lstatSync(fdPath(source, name), { bigint: true });
  if (stat.isSocket() || linkToCopied(copy, stat, place, name)) return;
  if (stat.isDirectory()) await copyDirectory(copy, place, name);
  else if (stat.isFile()) await copyContent(source, target, name);
  else if (stat.isSymbolicLink()) symlinkAt(readlinkSync(fdPath(source, name)), target, name);
  else mknodAt(target, name, Number(stat.mode), deviceOf(stat.rdev));
  copyMetadata(fdPath(source, name), stat, target, name);
}

async function copyDirectory(copy: Copy, { source, target, path }: Place, name: string): Promise<void> {
  mkdirAt(target, name, 0o700);
  const from = openBeneath(source, name, openDirectory);
  const to = openBeneath(target, name, openDirectory);
  try {
    await copyEntries(copy, { source: from, target: to, path: `${path}${name}/` });
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

async function copyContent(source: number, target: number, name: string): Promise<void> {
  const from = openBeneath(source, name, openFile);
  try {
    await copyFileAsync(fdPath(from), fdPath(target, name), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } finally {
    closeSync(from);
  }
}

/** A second name of a file that was copied already becomes a second name of the copy. */
function linkToCopied(copy: Copy, stat: BigIntStats, { target, path }: Place, name: string): boolean {
  if (!stat.isFile() || stat.nlink === 1n) return false;
  const key = `${stat.dev}:${stat.ino}`;
  const first = copy.hardLinks.get(key);
  if (first === undefined) copy.hardLinks.set(key, path + name);
  else linkAt(copy.root, first, target, name);
  return first !== undefined;
}

/** Owner first: a change of owner clears the set-uid bits of the mode and the capabilities among the attributes. */
function copyMetadata(path: string, stat: BigIntStats, target: number, name: string): void {
  chownAt(target, name, Number(stat.uid), Number(stat.gid));
  for (const [attribute, value] of readXattrs(path)) {
    // Marks of the overlay that the image is mounted with say nothing about the file itself.
    if (attribute.startsWith('trusted.overlay.') || attribute.startsWith('user.overlay.')) continue;
    setAttribute(fdPath(target, name), attribute, value);
  }
  if (!stat.isSymbolicLink()) chmodAt(target, name, Number(stat.mode) & 0o7777);
  utimesAt(target, name, timeOf(stat.atimeNs), timeOf(stat.mtimeNs));
}

function setAttribute(path: string, name: string, value: Buffer): void {
  try {
    setXattr(path, name, value);
  } catch (error) {
    // The volume's file system may have no such attributes; Docker copies without them, too.
    if (systemCode(error) !== 'EOPNOTSUPP' && systemCode(error) !== 'ENOTSUP') throw error;
  }
}

function timeOf(nanoseconds: bigint): { seconds: number; nanoseconds: number } {
  return { seconds: Number(nanoseconds / 1_000_000_000n), nanoseconds: Number(nanoseconds % 1_000_000_000n) };
}

/** Source: linux/kdev_t.h, as glibc's major() and minor() read it. */
function deviceOf(rdev: bigint): { major: number; minor: number } {
  return {
    major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn & 0xffffffffn)),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & ~0xffn & 0xffffffffn)),
  };
}
