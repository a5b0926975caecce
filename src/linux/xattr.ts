import { addon } from './addon.ts';
import type { FileName, Xattrs } from './types.ts';

/** Names of the extended attributes of a file, of a link itself; empty where the file system has none. */
export function listXattrs(path: FileName): string[] {
  const names = addon().llistxattr(path);
  return names.length === 0 ? [] : names.subarray(0, -1).toString('latin1').split('\0');
}

/** The value of one attribute, or undefined. */
export function getXattr(path: FileName, name: string): Buffer | undefined {
  return addon().lgetxattr(path, name) ?? undefined;
}

/** All attributes of a file, of a link itself. */
export function readXattrs(path: FileName): Xattrs {
  const found: Xattrs = new Map();
  for (const name of listXattrs(path)) {
    const value = getXattr(path, name);
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

export function setXattr(path: FileName, name: string, value: Uint8Array): void {
  addon().lsetxattr(path, name, value);
}

export function removeXattr(path: FileName, name: string): void {
  addon().lremovexattr(path, name);
}
