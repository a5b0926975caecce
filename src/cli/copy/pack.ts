import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type TarEntry, type TarSource, writeTar } from '../../tar/index.ts';

/** A tar archive of a file or tree of this machine; its members are named `name` and below. `follow` copies what a link at `path` points to. */
export function pack(path: string, name: string, follow: boolean): Readable {
  return writeTar(members(path, name, follow));
}

async function* members(path: string, name: string, follow: boolean): AsyncGenerator<TarSource> {
  const stats = follow ? await stat(path) : await lstat(path);
  if (stats.isDirectory()) {
    yield { entry: entryOf(stats, 'directory', name) };
    for (const child of (await readdir(path)).toSorted()) yield* members(`${path}/${child}`, name === '.' ? child : `${name}/${child}`, false);
  } else if (stats.isSymbolicLink()) yield { entry: { ...entryOf(stats, 'symlink', name), linkName: await readlink(path) } };
  else if (stats.isFile())
    yield {
      entry: { ...entryOf(stats, 'file', name), sizeBytes: stats.size },
      body: stats.size > 0 ? createReadStream(path, { end: stats.size - 1, highWaterMark: 1 << 18 }) : [],
    };
  else if (stats.isFIFO()) yield { entry: entryOf(stats, 'fifo', name) };
  else if (stats.isCharacterDevice() || stats.isBlockDevice())
    yield { entry: { ...entryOf(stats, stats.isBlockDevice() ? 'block' : 'character', name), ...deviceOf(stats) } };
  // Sockets cannot be archived; tar and Docker leave them out, too.
}

function entryOf(stats: Stats, type: TarEntry['type'], path: string): TarEntry {
  return { type, path, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, sizeBytes: 0, mtime: stats.mtimeMs / 1000 };
}

/** The kernel's dev_t: 12 bits of major number, 20 of minor. Source: linux/kdev_t.h, new_encode_dev. */
function deviceOf({ rdev }: Stats): { deviceMajor: number; deviceMinor: number } {
  return { deviceMajor: (rdev >>> 8) & 0xfff, deviceMinor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}
