/** A file of a build's source: of the context, of another stage, of an image. */
export interface SourceNode {
  readonly type: 'file' | 'directory' | 'symlink' | 'fifo' | 'character' | 'block';
  /** Permission bits, 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, with fraction. */
  readonly mtime: number;
  readonly sizeBytes: number;
  readonly linkName?: string;
  readonly device?: { readonly major: number; readonly minor: number };
  readonly xattrs?: ReadonlyMap<string, Uint8Array>;
  /** Names with the same identity are hard links of one file. */
  readonly identity?: string;
}

/** A tree of files to copy from. Paths have no leading slash, "" is the root. Links are not followed. */
export interface SourceTree {
  node(path: string): SourceNode | undefined;
  /** Names in a folder, sorted. */
  names(path: string): readonly string[];
  /** SHA-256 of a file's contents, hex. */
  digest(path: string): string;
}
