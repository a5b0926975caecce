/** What a tar entry is. */
export type EntryType = 'file' | 'hardlink' | 'symlink' | 'directory' | 'character' | 'block' | 'fifo';

/** A run of bytes that a sparse file really has; the rest are zeros. */
export interface SparseRun {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** One member of an archive. `path` and `linkName` are as the archive has them: unchecked, "../../etc/passwd" included. */
export interface TarEntry {
  readonly type: EntryType;
  readonly path: string;
  /** Permission bits with set-id and sticky: 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly userName?: string;
  readonly groupName?: string;
  /** Bytes of the file once extracted; 0 for all but files. */
  readonly sizeBytes: number;
  /** Seconds since 1970, with fraction. */
  readonly mtime: number;
  readonly linkName?: string;
  readonly deviceMajor?: number;
  readonly deviceMinor?: number;
  /** "security.capability" → its bytes. */
  readonly xattrs?: ReadonlyMap<string, Buffer>;
  /** Runs in ascending order where the archive left out holes. */
  readonly sparse?: readonly SparseRun[];
}

/** Bytes of a tar block: headers and padded contents come in these. */
export const blockSize = 512;

/** Zeros that follow contents of this size. */
export function paddingOf(sizeBytes: number): number {
  return (blockSize - (sizeBytes % blockSize)) % blockSize;
}
