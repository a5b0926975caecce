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

/** Files of an image are a stranger's, and everybody waits while they are read: larger ones than this are refused (CVE-2026-47262). */
const maxFileBytes = 1 << 20;
const maxId = 2 ** 31 - 1;

/**
 * Resolves Docker's `User` ("", "name", "uid", "user:group", "uid:gid") and `GroupAdd` in a root file system, without ever leaving it.
 * A number is always a number, also where somebody is named like one. INVALID_ARGUMENT with Docker's texts.
 */
export function resolveUser(rootfs: string, user: string, groupAdd: readonly string[] = []): ContainerUser {
  const [userPart = '', groupPart = ''] = user.split(':', 2);
  const root = openSync(rootfs, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const groups = readConfined(root, '/etc/group');
    const found = findUser(readConfined(root, '/etc/passwd'), userPart);
    const gid = groupPart === '' ? found.gid : groupId(groups, groupPart);
    const own = groupPart === '' && found.name !== undefined ? groupsOf(groups, found.name) : [];
    const added = groupAdd.map((group) => groupId(groups, group));
    return { ...found, gid, additionalGids: [...new Set([gid, ...own, ...added])] };
  } finally {
    closeSync(root);
  }
}

function findUser(passwd: string, user: string): Omit<ContainerUser, 'additionalGids'> {
  const uid = user === '' ? 0 : numeric(user);
  for (const [name = '', , uidField, gidField, , home = ''] of entries(passwd))
    if (uid === undefined ? name === user : idField(uidField) === uid)
      return { uid: inRange(idField(uidField)), gid: inRange(idField(gidField)), home: home === '' ? '/' : home, name };
  if (uid === undefined) throw new EngineError('INVALID_ARGUMENT', `unable to find user ${user}: no matching entries in passwd file`);
  return { uid, gid: 0, home: '/', name: undefined };
}

function groupId(groups: string, group: string): number {
  const gid = numeric(group);
  if (gid !== undefined) return gid;
  for (const [name, , gidField] of entries(groups)) if (name === group) return inRange(idField(gidField));
  throw new EngineError('INVALID_ARGUMENT', `unable to find group ${group}: no matching entries in group file`);
}

/** The groups that name this user as a member. */
function groupsOf(groups: string, user: string): number[] {
  const own = new Set<number>();
  for (const [, , gidField, members = ''] of entries(groups)) if (members.includes(user) && members.split(',').includes(user)) own.add(idField(gidField));
  return [...own];
}

function numeric(text: string): number | undefined {
  return /^[+-]?[0-9]+$/.test(text) ? inRange(Number(text)) : undefined;
}

function inRange(id: number): number {
  if (id >= 0 && id <= maxId) return id;
  throw new EngineError('INVALID_ARGUMENT', `uids and gids must be in range 0-${maxId}`);
}

/** A field that is no number counts as 0, as in Docker's reader. */
function idField(text: string | undefined): number {
  return text !== undefined && /^-?[0-9]+$/.test(text) ? Number(text) : 0;
}

/** The lines of a colon-separated file, in up to 6 fields. One by one, so that a file of millions costs no more than it is long. */
function* entries(text: string): Generator<string[]> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end).trim();
    start = end < 0 ? text.length : end + 1;
    if (line !== '' && !line.startsWith('#')) yield line.split(':', 6);
  }
}

/** The text of a file; "" when it is missing or is not a regular file. Looked at before it is opened: opening alone holds us up at a fifo of the image, and does things to a device of the host. */
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
