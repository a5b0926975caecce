import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** How an archive is unpacked. */
export interface ContainerArchivePutOptions {
  /** Refuses to replace a folder by a file and the other way round. */
  readonly noOverwriteDirNonDir?: boolean | undefined;
  /** Gives the files to the container's user; otherwise they belong to whom the archive says. */
  readonly copyUidGid?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Unpacks a tar stream (plain, gzip, bzip2, xz) into an existing folder of a container. */
export async function containerArchivePut(
  connection: Connection,
  id: string,
  path: string,
  tar: Uint8Array | AsyncIterable<Uint8Array>,
  options: ContainerArchivePutOptions = {},
): Promise<void> {
  const query = { path, noOverwriteDirNonDir: options.noOverwriteDirNonDir || undefined, copyUIDGID: options.copyUidGid || undefined };
  const headers = { 'Content-Type': 'application/x-tar' };
  await connection.status('PUT', `/containers/${segment(id)}/archive`, { query, headers, body: tar, signal: options.signal });
}
