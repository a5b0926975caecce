import type { Selected, Selection } from '../source/select.ts';

/** Looks through a mounted root file system for what an instruction copies. */
export interface ScanJob {
  readonly kind: 'scan';
  readonly root: string;
  readonly selection: Selection;
}

export interface ScanResult {
  readonly selected: readonly Selected[];
  readonly digest: string;
  readonly digests: ReadonlyMap<string, string>;
  readonly missing?: string;
}

/** Where file contents come from: a spool file with offsets by source path, or a mounted root file system. */
export type CopySource =
  | { readonly kind: 'spool'; readonly file: string; readonly offsets: ReadonlyMap<string, number> }
  | { readonly kind: 'disk'; readonly root: string };

/** Puts selected files into a root file system. */
export interface CopyJob {
  readonly kind: 'copy';
  /** Mounted root file system that nobody else uses meanwhile. */
  readonly root: string;
  /** Absolute path in it; a slash at the end makes it a folder. */
  readonly destination: string;
  readonly selected: readonly Selected[];
  readonly source: CopySource;
  /** "1000:1000", "node", "node:staff"; undefined keeps the owners. */
  readonly chown?: string | undefined;
  /** "755", "u=rwX,go=rX". */
  readonly chmod?: string | undefined;
}

export type Job = ScanJob | CopyJob;
