import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { systemCode } from '../base/index.ts';

/** Bytes that files and links below `path` hold, each file once however many names it has. Files that vanish meanwhile do not count. */
export async function diskUsage(path: string): Promise<number> {
  const seen = new Set<string>();
  const visit = async (place: string): Promise<number> => {
    const stat = await lstat(place).catch(ignoreMissing);
    if (!stat) return 0;
    if (!stat.isDirectory()) {
      const key = `${stat.dev}:${stat.ino}`;
      if (stat.nlink > 1 && seen.has(key)) return 0;
      seen.add(key);
      return stat.size;
    }
    let sum = 0;
    for (const name of (await readdir(place).catch(ignoreMissing)) ?? []) sum += await visit(join(place, name));
    return sum;
  };
  return await visit(path);
}

function ignoreMissing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
  return undefined;
}
