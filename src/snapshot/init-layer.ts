import { chmodSync, chownSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { systemCode } from '../base/index.ts';
import { lookUp } from './merged-view.ts';

/** What every container needs to exist, as Docker's init layer has it: folders and files to mount on. Source: moby daemon/initlayer/setup_unix.go. */
const wanted: readonly (readonly [path: string, kind: 'dir' | 'file' | { readonly link: string }])[] = [
  ['dev/pts', 'dir'],
  ['dev/shm', 'dir'],
  ['proc', 'dir'],
  ['sys', 'dir'],
  ['.dockerenv', 'file'],
  ['etc/resolv.conf', 'file'],
  ['etc/hosts', 'file'],
  ['etc/hostname', 'file'],
  ['dev/console', 'file'],
  ['etc/mtab', { link: '/proc/mounts' }],
];

/** Makes, at `directory`, a layer with what the stack below lacks; `scratch` is a fresh path on the same file system. Folders that it must repeat keep their owner and mode. Idempotent. */
export function ensureInitLayer(directory: string, { lowerDirs, scratch }: { readonly lowerDirs: readonly string[]; readonly scratch: string }): string {
  if (lstatSync(directory, { throwIfNoEntry: false })) return directory;
  mkdirSync(scratch, { mode: 0o755 });
  for (const [path, kind] of wanted) {
    if (lookUp(lowerDirs, path) || !repeatFolders(scratch, dirname(path), lowerDirs)) continue;
    const target = join(scratch, path);
    if (kind === 'dir') mkdirSync(target, { mode: 0o755 });
    else if (kind === 'file') writeFileSync(target, '', { mode: 0o755 });
    else symlinkSync(kind.link, target);
  }
  return movedTo(scratch, directory);
}

/** Makes a folder and those above it as they are in the stack; false where something else lies there, a link for example. */
function repeatFolders(scratch: string, path: string, lowerDirs: readonly string[]): boolean {
  if (path === '.') return true;
  if (!repeatFolders(scratch, dirname(path), lowerDirs)) return false;
  const found = lookUp(lowerDirs, path);
  if (found && !found.stats.isDirectory()) return false;
  const target = join(scratch, path);
  if (lstatSync(target, { throwIfNoEntry: false })) return true;
  mkdirSync(target, { mode: 0o755 });
  if (!found) return true;
  chownSync(target, found.stats.uid, found.stats.gid);
  chmodSync(target, found.stats.mode & 0o7777);
  return true;
}

function movedTo(scratch: string, directory: string): string {
  try {
    renameSync(scratch, directory);
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error;
    rmSync(scratch, { recursive: true });
  }
  return directory;
}
