import type { ContentStore } from '../content/index.ts';
import type { ImageStore } from '../image/index.ts';
import type { Digest, Platform } from '../oci/index.ts';
import type { Snapshotter } from '../snapshot/index.ts';

/** One layer of a root file system: digest of its uncompressed tar and of its blob in the content store (absent for a base image's layers, which the image store knows). */
export interface Layer {
  readonly diffId: Digest;
  readonly blob?: Digest;
}

/** A root file system between two steps. `chainId` is undefined for the empty one. */
export interface RootState {
  readonly chainId: Digest | undefined;
  readonly layers: readonly Layer[];
  /** When the newest layer was made, RFC 3339. */
  readonly created?: string;
}

/** The empty root file system: `FROM scratch`. */
export const emptyRoot: RootState = { chainId: undefined, layers: [] };

/** What a build needs of the image store. */
export type BuildImages = Pick<ImageStore, 'find' | 'list' | 'pull' | 'create' | 'tag' | 'lease'>;

/** What a build needs of the snapshot store. */
export type BuildSnapshots = Pick<
  Snapshotter,
  'has' | 'layer' | 'prepare' | 'active' | 'view' | 'diffTar' | 'commit' | 'unpack' | 'usage' | 'remove' | 'removeLayer'
>;

/** What a build needs of the content store. */
export type BuildContent = Pick<ContentStore, 'ingest' | 'has' | 'path' | 'stat' | 'delete'>;

/** A mount that a RUN step sees besides its root file system. */
export interface StepMount {
  /** Absolute path inside the step's root. */
  readonly target: string;
  readonly source: { kind: 'directory' | 'file'; path: string } | { kind: 'tmpfs'; sizeBytes?: number; mode?: number };
  readonly readOnly: boolean;
}

/** Limits of the classic builder's query; 0 or absent means none. */
export interface StepResources {
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly cpuShares?: number;
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  readonly cgroupParent?: string;
  readonly shmSize?: number;
  readonly ulimits?: readonly { Name: string; Soft: number; Hard: number }[];
}

/** One process to run in a root file system, with Docker's default walls. */
export interface BuildStep {
  /** 64 hex digits, as a container's id. */
  readonly id: string;
  /** Mounted root file system; the step owns it while it runs. */
  readonly rootfs: string;
  readonly args: readonly string[];
  /** "NAME=value"; PATH is always there. */
  readonly env: readonly string[];
  readonly cwd: string;
  /** As in a Dockerfile: "", "1000", "node", "node:staff". Names are looked up in the rootfs. */
  readonly user: string;
  readonly mounts: readonly StepMount[];
  /** "default" is the default bridge; else "none", "host" or a network's name. */
  readonly network: string;
  readonly hostname?: string;
  /** "name:address". */
  readonly extraHosts: readonly string[];
  readonly resources: StepResources;
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void;
  /** Aborting kills the step and rejects with the signal's reason once it is gone. */
  readonly signal: AbortSignal;
}

/** Runs one step to its end. Rejects when it could not be started (OCI runtime error), never for a nonzero exit. */
export type RunStep = (step: BuildStep) => Promise<{ exitCode: number; oomKilled: boolean }>;

/** A table of records that survives a restart: `state.records(kind)`. */
export interface BuildRecords<T> {
  get(key: string): T | undefined;
  put(key: string, record: T): void;
  delete(key: string): void;
  all(): Iterable<T>;
}

/** Everything of the neighbours that the builder is given, and nothing else. */
export interface BuilderDependencies {
  /** Private directory of the builder, mode 0700: contexts in flight, cache mounts, reasons of earlier builds. On the file system of the snapshots. */
  readonly root: string;
  readonly images: BuildImages;
  readonly snapshots: BuildSnapshots;
  readonly content: BuildContent;
  readonly runStep: RunStep;
  readonly records: <T>(kind: string) => BuildRecords<T>;
  readonly platform: Platform;
  /** Milliseconds since 1970; a test brings its own. */
  readonly now?: () => number;
}
