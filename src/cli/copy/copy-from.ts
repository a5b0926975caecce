import { lstatSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from '../../client/index.ts';
import { ExitError } from '../parse/usage-error.ts';
import { type Destination, parentOf, planCopy } from './copy-place.ts';
import { unpack } from './unpack.ts';

/** How files leave a container. */
export interface CopyFromOptions {
  readonly follow: boolean;
  readonly keepOwner: boolean;
  readonly onBytes?: (count: number) => void;
}

/** Go's bits of a file mode in a path's stat. Source: Go io/fs, FileMode. */
const GO_DIRECTORY = 2 ** 31;
const GO_SYMLINK = 2 ** 27;

/** True when a stat of the engine says "folder"; the mode does not fit JavaScript's bit operations. */
export function isGoDirectory(mode: number): boolean {
  return mode >= GO_DIRECTORY;
}

/** True when a stat of the engine says "symbolic link". */
export function isGoSymlink(mode: number): boolean {
  return Math.floor(mode / GO_SYMLINK) % 2 === 1;
}

/** Copies a path out of a container to a path of this machine, by the rules of `cp`. */
export async function copyFrom(client: Client, container: string, source: string, target: string, options: CopyFromOptions): Promise<void> {
  const path = options.follow ? await followed(client, container, source) : source;
  const { stat, tar } = await client.containers.archiveGet(container, path);
  try {
    const plan = planCopy(
      { path: source.endsWith('/.') || /(^|\/)\.$/.test(source) ? `${stat.name}/.` : stat.name, isDirectory: isGoDirectory(stat.mode) },
      localDestination(target),
    );
    await unpack(tar, { ...plan, from: stat.name }, options);
  } finally {
    tar.destroy();
  }
}

/** Writes a path of a container to a stream as the tar archive that the engine gives. */
export async function copyToStream(client: Client, container: string, source: string, follow: boolean, out: NodeJS.WritableStream): Promise<void> {
  const path = follow ? await followed(client, container, source) : source;
  const { tar } = await client.containers.archiveGet(container, path);
  await pipeline(tar, out, { end: false });
}

async function followed(client: Client, container: string, source: string): Promise<string> {
  const stat = await client.containers.archiveStat(container, source);
  if (!isGoSymlink(stat.mode)) return source;
  return stat.linkTarget.startsWith('/') ? stat.linkTarget : `${parentOf(source)}/${stat.linkTarget}`;
}

function localDestination(target: string): Destination {
  const path = resolve(target) + (/\/\.?$/.test(target) && target !== '/' ? '/' : '');
  const there = statSync(path, { throwIfNoEntry: false }) ?? (lstatSync(path, { throwIfNoEntry: false }) ? dangling(path) : undefined);
  if (!there) {
    const parent = parentOf(path.replace(/(.)\/+$/, '$1'));
    if (!statSync(parent, { throwIfNoEntry: false })?.isDirectory())
      throw new ExitError(1, `invalid output path: directory ${JSON.stringify(parent)} does not exist`);
    return { path, exists: false, isDirectory: false };
  }
  return { path: there.isDirectory() ? realpathSync(path) : path, exists: true, isDirectory: there.isDirectory() };
}

function dangling(path: string): never {
  throw new ExitError(1, `invalid output path: ${JSON.stringify(path)} is a link to nothing`);
}
