import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError, systemCode } from '../base/index.ts';
import { fdPath, openInRoot, openPath } from '../linux/index.ts';

/** Who a process runs as, resolved against the container's own files. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, the primary one first (CVE-2022-36109). */
  readonly additionalGids: number[];
  /** Home directory of the passwd entry; "/" without one. */
  readonly home: string;
  readonly name: string | undefined;
}

/** Files of an image are a stranger's: larger ones than this are refused (CVE-2026-47262). */
const maxFileBytes = 8 << 20;
const maxId = 2 ** 31 - 1;

/**
 * Resolves Docker's `User` ("", "name", "uid", "user:group", "uid:gid") and `GroupAdd` in a root file system, without ever leaving it.
 * A number is always a number, also where somebody is named like one. INVALID_ARGUMENT with Docker's texts.
 */
export function resolveUser(rootfs: string, user: string, groupAdd: readonly string[] = []): ContainerUser {
  const [userPart = '', groupPart = ''] = user.split(':', 2);
  const root = openSync(rootfs, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const passwd = readEntries(root, '/etc/passwd').map(passwdEntry);
    const groups = readEntries(root, '/etc/group').map(groupEntry);
    const found = findUser(passwd, userPart);
    const gid = groupPart === '' ? found.gid : groupId(groups, groupPart);
    const own = groupPart === '' ? groups.filter((group) => found.name !== undefined && group.members.includes(found.name)).map((group) => group.gid) : [];
    const added = groupAdd.map((group) => groupId(groups, group));
    return { ...found, gid, additionalGids: [...new Set([gid, ...own, ...added])] };
  } finally {
    closeSync(root);
  }
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

function findUser(passwd: readonly PasswdEntry[], user: string): Omit<ContainerUser, 'additionalGids'> {
  const uid = user === '' ? 0 : numeric(user);
  const entry = passwd.find((candidate) => (uid === undefined ? candidate.name === user : candidate.uid === uid));
  if (entry !== undefined) return { uid: inRange(entry.uid), gid: inRange(entry.gid), home: entry.home === '' ? '/' : entry.home, name: entry.name };
  if (uid === undefined) throw new EngineError('INVALID_ARGUMENT', `unable to find user ${user}: no matching entries in passwd file`);
  return { uid, gid: 0, home: '/', name: undefined };
}

function groupId(groups: readonly GroupEntry[], group: string): number {
  const gid = numeric(group);
  if (gid !== undefined) return gid;
  const entry = groups.find((candidate) => candidate.name === group);
  if (entry === undefined) throw new EngineError('INVALID_ARGUMENT', `unable to find group ${group}: no matching entries in group file`);
  return inRange(entry.gid);
}

function numeric(text: string): number | undefined {
  return /^[+-]?[0-9]+$/.test(text) ? inRange(Number(text)) : undefined;
}

function inRange(id: number): number {
  if (id >= 0 && id <= maxId) return id;
  throw new EngineError('INVALID_ARGUMENT', `uids and gids must be in range 0-${maxId}`);
}

function passwdEntry(fields: readonly string[]): PasswdEntry {
  return { name: fields[0] ?? '', uid: idField(fields[2]), gid: idField(fields[3]), home: fields[5] ?? '' };
}

function groupEntry(fields: readonly string[]): GroupEntry {
  return { name: fields[0] ?? '', gid: idField(fields[2]), members: (fields[3] ?? '').split(',') };
}

/** A field that is no number counts as 0, as in Docker's reader. */
function idField(text: string | undefined): number {
  return text !== undefined && /^-?[0-9]+$/.test(text) ? Number(text) : 0;
}

/** The lines of a colon-separated file; none when it is missing or is not a regular file. */
function readEntries(root: number, path: string): string[][] {
  const text = readConfined(root, path);
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

/** Looked at before it is opened: opening alone holds us up at a fifo of the image, and does things to a device of the host. */
function readConfined(root: number, path: string): string {
  let handle: number;
  try {
    handle = openInRoot(root, path, openPath);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return '';
    throw error;
  }
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) return '';
    if (stat.size > maxFileBytes)
      throw new EngineError('INVALID_ARGUMENT', `${path} of the image is too large: ${stat.size} bytes, at most ${maxFileBytes} are read`);
    return readStart(fdPath(handle), stat.size);
  } finally {
    closeSync(handle);
  }
}

/** No more than it had when it was looked at: a container may go on writing. */
function readStart(path: string, sizeBytes: number): string {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    const buffer = Buffer.alloc(sizeBytes);
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, sizeBytes, 0));
  } finally {
    closeSync(fd);
  }
}
