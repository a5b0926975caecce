import { posix } from 'node:path';
import type { Client } from '../../client/index.ts';
import { directoryEntry, fileEntry, tarBytes, type TarSource } from '../../tar/index.ts';
import type { InjectedFile } from '../create/file-objects.ts';

/** Copies files into a container that has not started, with their owners and modes; missing folders are made. A container that cannot have them is removed again. */
export async function injectFiles(client: Client, id: string, files: readonly InjectedFile[]): Promise<void> {
  try {
    await copyFiles(client, id, files);
  } catch (error) {
    await client.containers.remove(id, { force: true, volumes: true });
    throw error;
  }
}

async function copyFiles(client: Client, id: string, files: readonly InjectedFile[]): Promise<void> {
  for (const [folder, group] of Map.groupBy(files, ({ path }) => posix.dirname(path))) {
    const base = await existingFolder(client, id, folder);
    await client.containers.archivePut(id, base, await tarBytes(members(base, folder, group)));
  }
}

/** The deepest folder on the way that is there. */
async function existingFolder(client: Client, id: string, folder: string): Promise<string> {
  for (let path = folder; path !== '/'; path = posix.dirname(path)) {
    try {
      await client.containers.archiveStat(id, path);
      return path;
    } catch {
      // Not there: its parent is looked at next.
    }
  }
  return '/';
}

function members(base: string, folder: string, files: readonly InjectedFile[]): TarSource[] {
  const missing = posix.relative(base, folder).split('/').filter(Boolean);
  const folders = missing.map((_, index) => ({ entry: directoryEntry(`${missing.slice(0, index + 1).join('/')}/`) }));
  const copies = files.map(({ path, uid, gid, mode, content }) => ({
    entry: fileEntry(posix.relative(base, path), content.length, { uid, gid, mode }),
    body: content,
  }));
  return [...folders, ...copies];
}
