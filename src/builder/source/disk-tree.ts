import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';

import { systemCode } from '../../base/index.ts';
import { readXattrs } from '../../linux/index.ts';
import type { SourceNode, SourceTree } from './node.ts';

/** A mounted, read-only root file system as a source. Only for trees that nobody changes meanwhile; paths must be resolved first. Blocks: for Workers. */
export class DiskTree implements SourceTree {
  readonly #root: string;
  readonly #buffer = Buffer.allocUnsafe(1 << 18);

  constructor(root: string) {
    this.#root = root;
  }

  node(path: string): SourceNode | undefined {
    const file = join(this.#root, path);
    let stats: Stats;
    try {
      stats = lstatSync(file);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
      throw error;
    }
    const type = typeOf(stats);
    if (!type) return undefined;
    const xattrs = xattrsOf(file);
    return {
      type,
      mode: stats.mode & 0o7777,
      uid: stats.uid,
      gid: stats.gid,
      mtime: stats.mtimeMs / 1000,
      sizeBytes: type === 'file' ? stats.size : 0,
      ...(type === 'symlink' ? { linkName: readlinkSync(file) } : {}),
      ...(type === 'character' || type === 'block' ? { device: deviceOf(stats.rdev) } : {}),
      ...(xattrs.size > 0 ? { xattrs } : {}),
      ...(type === 'file' && stats.nlink > 1 ? { identity: `${stats.dev}:${stats.ino}` } : {}),
    };
  }

  names(path: string): readonly string[] {
    try {
      return readdirSync(join(this.#root, path)).toSorted();
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return [];
      throw error;
    }
  }

  digest(path: string): string {
    const hash = createHash('sha256');
    const fd = openSync(join(this.#root, path), 'r');
    try {
      for (let read = readSync(fd, this.#buffer); read > 0; read = readSync(fd, this.#buffer)) hash.update(this.#buffer.subarray(0, read));
    } finally {
      closeSync(fd);
    }
    return hash.digest('hex');
  }
}

function typeOf(stats: Stats): SourceNode['type'] | undefined {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isCharacterDevice()) return 'character';
  return stats.isBlockDevice() ? 'block' : undefined; // A socket is nothing that a copy could make.
}

/** Source: glibc's gnu_dev_major and gnu_dev_minor. */
function deviceOf(rdev: number): { major: number; minor: number } {
  return { major: (rdev >>> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}

/** Attributes that belong to the file; overlayfs's own and security labels of the host stay behind. */
function xattrsOf(file: string): Map<string, Buffer> {
  const all = readXattrs(file);
  for (const name of all.keys()) if (name.startsWith('trusted.') || name === 'security.selinux') all.delete(name);
  return all;
}
