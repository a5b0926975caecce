import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { systemCode } from '../base/index.ts';

/** Bytes of all files below a folder, each inode once; folders themselves do not count. What disappears meanwhile does not either. Source: moby pkg/directory. */
export async function diskUsage(directory: string, seen: Set<number> = new Set()): Promise<number> {
  let total = 0;
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(gone([]))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      total += await diskUsage(path, seen);
      continue;
    }
    const stats = await lstat(path).catch(gone(undefined));
    if (!stats || seen.has(stats.ino)) continue;
    if (stats.nlink > 1) seen.add(stats.ino);
    total += stats.size;
  }
  return total;
}

function gone<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (systemCode(error) === 'ENOENT') return value;
    throw error;
  };
}
