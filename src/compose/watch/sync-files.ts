import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import type { Client } from '../../client/index.ts';
import { directoryEntry, fileEntry, type TarSource, writeTar } from '../../tar/index.ts';

/** A path of the host and its place in the container. */
export interface SyncPath {
  readonly source: string;
  /** Absolute. */
  readonly target: string;
}

/** What a sync did. */
export interface SyncResult {
  readonly copied: number;
  readonly deleted: number;
}

/** Brings paths into a container: what is there is copied with its mode, links stay links, what is gone is removed. `keep` says which files below a folder count. */
export async function syncFiles(client: Client, container: string, paths: readonly SyncPath[], keep: (path: string) => boolean): Promise<SyncResult> {
  const members: TarSource[] = [];
  const gone: string[] = [];
  const folders = new Set<string>();
  for (const { source, target } of paths) {
    if (lstatSync(source, { throwIfNoEntry: false })) collect(source, target, members, folders, keep);
    else gone.push(target);
  }
  if (gone.length) await removeFiles(client, container, gone);
  if (members.length) await client.containers.archivePut(container, '/', writeTar(members), { noOverwriteDirNonDir: false });
  return { copied: members.filter(({ entry }) => entry.type !== 'directory').length, deleted: gone.length };
}

function collect(source: string, target: string, members: TarSource[], folders: Set<string>, keep: (path: string) => boolean): void {
  if (!keep(source)) return;
  const stats = lstatSync(source, { throwIfNoEntry: false });
  if (!stats) return;
  const path = target.replace(/^\/+/, '');
  const common = { mode: stats.mode & 0o7777, mtime: Math.trunc(stats.mtimeMs / 1000) };
  if (stats.isDirectory()) {
    if (!folders.has(path) && path) members.push({ entry: directoryEntry(`${path}/`, common) });
    folders.add(path);
    for (const name of readdirSync(source)) collect(`${source}/${name}`, posix.join(target, name), members, folders, keep);
  } else if (stats.isSymbolicLink()) members.push({ entry: { ...fileEntry(path, 0, common), type: 'symlink', linkName: readlinkSync(source) } });
  else if (stats.isFile()) {
    const body = readFileSync(source);
    members.push({ entry: fileEntry(path, body.length, common), body });
  }
}

async function removeFiles(client: Client, container: string, paths: readonly string[]): Promise<void> {
  const { Id } = await client.execs.create(container, { Cmd: ['rm', '-rf', '--', ...paths], AttachStdout: true, AttachStderr: true, User: 'root' });
  const { stream } = await client.execs.start(Id);
  for await (const _ of stream);
  const { ExitCode } = await client.execs.inspect(Id);
  if (ExitCode !== 0) throw new Error(`deleted files could not be removed (rm exited with ${ExitCode})`);
}
