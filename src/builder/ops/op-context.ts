import type { BuildCache } from '../cache/build-cache.ts';
import type { MissExplainer } from '../cache/explain-miss.ts';
import type { FileWorker } from '../copy/file-worker.ts';
import type { VertexProgress } from '../progress/build-progress.ts';
import type { BuildRequest } from '../request.ts';
import type { BuilderDependencies, RootState } from '../types.ts';
import type { Vertex } from '../definition.ts';
import type { CacheMounts } from './cache-mounts.ts';
import type { ScanMemo } from './scan.ts';
import type { UrlFiles } from './url-files.ts';

/** What one build hands to each of its steps. */
export interface OpContext {
  readonly deps: BuilderDependencies;
  readonly request: BuildRequest;
  readonly cache: BuildCache;
  readonly explainer: MissExplainer;
  readonly worker: FileWorker;
  readonly scans: ScanMemo;
  readonly cacheMounts: CacheMounts;
  readonly urls: UrlFiles;
  /** Folder of this build, gone when it ends. */
  readonly scratch: string;
  readonly epoch: number | undefined;
  /** Results of the vertices that a step needs; they are there when it begins. */
  readonly resultOf: (vertex: Vertex | undefined) => RootState;
}

/** A step that is running: its root file system is mounted, and what it does is told. */
export interface RunningOp {
  /** Mounted root file system, on the host. */
  readonly root: string;
  readonly progress: VertexProgress;
  readonly signal: AbortSignal;
}
