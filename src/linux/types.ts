/** Flags of `mount`, by mount(2)'s names without `MS_`. */
export interface MountRequest {
  readonly source: string;
  readonly target: string;
  /** File system type; empty for bind, remount and propagation changes. */
  readonly type?: string | undefined;
  readonly flags?: number | undefined;
  readonly data?: string | undefined;
}

/** A file descriptor that the caller owns and closes (`fs.closeSync`). */
export type Fd = number;

/** Extended attributes by name; values are bytes. */
export type Xattrs = Map<string, Buffer>;

/** A name or path: text, or the bytes themselves where they may be no UTF-8. */
export type FileName = string | Uint8Array;
