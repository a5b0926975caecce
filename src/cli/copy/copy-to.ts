import { lstatSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isEngineError } from '../../base/index.ts';
import type { PathStat } from '../../api/index.ts';
import type { Client } from '../../client/index.ts';
import { fileError } from '../flags/env.ts';
import { ExitError } from '../parse/usage-error.ts';
import { isGoDirectory, isGoSymlink } from './copy-from.ts';
import { type Destination, parentOf, planCopy } from './copy-place.ts';
import { pack } from './pack.ts';

/** How files go into a container. */
export interface CopyToOptions {
  readonly follow: boolean;
  readonly keepOwner: boolean;
  readonly onBytes?: (count: number) => void;
}

/** Copies a path of this machine into a container, by the rules of `cp`. */
export async function copyTo(client: Client, source: string, container: string, target: string, options: CopyToOptions): Promise<void> {
  const path = source.replace(/(.)\/+$/, '$1');
  const stats = localStat(path, options.follow || /\/\.?$/.test(source));
  const destination = await containerDestination(client, container, target);
  const plan = planCopy({ path: source === '.' ? './.' : named(source), isDirectory: stats.isDirectory() }, destination);
  const tar = pack(resolve(path), plan.to, options.follow || /\/\.?$/.test(source));
  await client.containers.archivePut(container, plan.directory, counted(tar as AsyncIterable<Buffer>, options.onBytes), { copyUidGid: options.keepOwner });
}

/** Unpacks a tar archive from a stream into a folder of a container. */
export async function copyFromStream(client: Client, tar: AsyncIterable<Uint8Array>, container: string, target: string, options: CopyToOptions): Promise<void> {
  const { isDirectory, path } = await containerDestination(client, container, target);
  if (!isDirectory) throw new ExitError(1, `destination "${container}:${target}" must be a directory`);
  await client.containers.archivePut(container, path, tar, { copyUidGid: options.keepOwner });
}

/** ".." and "." have no name of their own: the folder's real one counts. */
function named(source: string): string {
  return /(^|\/)\.\.\/?$/.test(source) ? resolve(source) : source;
}

function localStat(path: string, follow: boolean): ReturnType<typeof lstatSync> & object {
  try {
    const stats = follow ? statSync(path) : lstatSync(path);
    return stats;
  } catch (error) {
    throw new ExitError(1, fileError(follow ? 'stat' : 'lstat', path, error).message);
  }
}

async function containerDestination(client: Client, container: string, target: string): Promise<Destination> {
  const path = target.startsWith('/') ? target : `/${target}`;
  const stat = await statOrMissing(client, container, path);
  if (!stat) return { path, exists: false, isDirectory: false };
  if (!isGoSymlink(stat.mode)) return { path, exists: true, isDirectory: isGoDirectory(stat.mode) };
  const linked = stat.linkTarget.startsWith('/') ? stat.linkTarget : `${parentOf(path)}/${stat.linkTarget}`;
  const behind = await statOrMissing(client, container, linked);
  return { path: linked, exists: behind !== undefined, isDirectory: behind !== undefined && isGoDirectory(behind.mode) };
}

async function statOrMissing(client: Client, container: string, path: string): Promise<PathStat | undefined> {
  try {
    return await client.containers.archiveStat(container, path);
  } catch (error) {
    if (!isEngineError(error, 'NOT_FOUND')) throw error;
    // An answer to HEAD has no text: whether the container or the path is missing, the container itself tells.
    await client.containers.inspect(container);
    return undefined;
  }
}

async function* counted(source: AsyncIterable<Buffer>, onBytes: ((count: number) => void) | undefined): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}
