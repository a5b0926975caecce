import { closeSync, fstatSync, readFileSync } from 'node:fs';

import { EngineError, systemCode } from '../../base/index.ts';
import { fdPath, openInRoot, openPath } from '../../linux/index.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const MAX_ID = 2 ** 31 - 1;
const MAX_FILE_BYTES = 1 << 20;

/** Reads `--chown`: numbers as they are, names from /etc/passwd and /etc/group of the root file system. Without a group it is the user's number. */
export function resolveOwner(rootFd: number, spec: string): Owner {
  const [user = '', group] = spec.split(':', 2);
  const uid = idOf(rootFd, user, 'user', '/etc/passwd');
  return { uid, gid: group === undefined || group === '' ? uid : idOf(rootFd, group, 'group', '/etc/group') };
}

/** A number is never looked up as a name: a line "0:…" in the image must not decide about it (CVE-2026-46680). */
function idOf(rootFd: number, name: string, kind: 'user' | 'group', file: string): number {
  if (/^\d+$/.test(name)) {
    if (Number(name) > MAX_ID) throw unknown(name, kind, 'value out of range');
    return Number(name);
  }
  const line = readText(rootFd, file)
    ?.split('\n')
    .map((text) => text.split(':'))
    .find(([entry]) => entry === name);
  const id = line?.[2];
  if (id === undefined || !/^\d+$/.test(id) || Number(id) > MAX_ID) throw unknown(name, kind, `no such ${kind}: ${name}`);
  return Number(id);
}

function unknown(name: string, kind: 'user' | 'group', why: string): EngineError {
  return new EngineError(
    'INVALID_ARGUMENT',
    `unable to convert uid/gid chown string to host mapping: can't find ${kind === 'user' ? 'uid' : 'gid'} for ${kind} ${name}: ${why}`,
  );
}

/** A regular file of sensible size; undefined where there is none. Looked at before it is opened: opening alone does things to a device. */
function readText(rootFd: number, path: string): string | undefined {
  let handle: number;
  try {
    handle = openInRoot(rootFd, path, openPath);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile() || stats.size > MAX_FILE_BYTES)
      throw new EngineError('INVALID_ARGUMENT', `${path} of the image is no regular file of at most ${MAX_FILE_BYTES} bytes`);
    return readFileSync(fdPath(handle), 'utf8'); // Nobody else uses this root file system meanwhile.
  } finally {
    closeSync(handle);
  }
}
