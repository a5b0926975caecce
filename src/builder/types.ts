import type { Readable } from 'node:stream';

/** The part of a container's settings that an image carries; field names as Docker and OCI spell them. */
export interface BuildImageSettings {
  User?: string;
  ExposedPorts?: Record<string, object>;
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  Volumes?: Record<string, object>;
  WorkingDir?: string;
  Labels?: Record<string, string>;
  StopSignal?: string;
  Healthcheck?: BuildHealthcheck;
  OnBuild?: string[];
  Shell?: string[];
  ArgsEscaped?: boolean;
}

/** Health check of an image. Durations are in nanoseconds, as Docker stores them. */
export interface BuildHealthcheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

export interface BuildHistoryEntry {
  created?: string;
  created_by?: string;
  author?: string;
  comment?: string;
  empty_layer?: boolean;
}

/** An image's config document: OCI image-spec config.md with Docker's additions in `config`. */
export interface BuildImageConfig {
  created?: string;
  author?: string;
  architecture: string;
  os: string;
  variant?: string;
  config?: BuildImageSettings;
  rootfs: { type: 'layers'; diff_ids: string[] };
  history?: BuildHistoryEntry[];
}

/** One layer of an image: its blob in the content store and the digest of its uncompressed tar. */
export interface BuildLayer {
  readonly diffId: string;
  readonly digest: string;
  /** Bytes of the blob. */
  readonly size: number;
  readonly mediaType: string;
}

/** An image as a build starts from it. `chainId` is undefined for an image without layers. */
export interface BuildImage {
  readonly id: string;
  readonly config: BuildImageConfig;
  readonly layers: readonly BuildLayer[];
  readonly chainId: string | undefined;
}

export interface BuildPullOptions {
  readonly platform?: string;
  readonly auth?: BuildRegistryAuth;
  readonly onProgress?: (message: object) => void;
  readonly signal?: AbortSignal;
}

/** Credentials for the registry of one reference, from the client's X-Registry-Config header. */
export interface BuildRegistryAuth {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
  readonly serveraddress?: string;
}

/** What a build needs of the image store. */
export interface BuildImages {
  /** The image of a name, id or id prefix; undefined when it is not here. */
  find(reference: string): Promise<BuildImage | undefined>;
  pull(reference: string, options: BuildPullOptions): Promise<BuildImage>;
  /** Stores the config and makes the image known; answers its id, "sha256:<hex>". */
  create(image: { config: BuildImageConfig; layers: readonly BuildLayer[] }): Promise<string>;
  tag(imageId: string, reference: string): Promise<void>;
}

/** A writable root file system of one step, until it is committed or removed. */
export interface BuildRootfs {
  readonly key: string;
  /** Mounted, merged directory on the host. */
  readonly target: string;
  /** Directory that holds only the changes. */
  readonly upperDir: string;
}

/** What a build needs of the snapshot store. */
export interface BuildSnapshots {
  has(chainId: string): Promise<boolean>;
  /** A mounted overlay over `parent`; over nothing when undefined. */
  mount(key: string, parent: string | undefined): Promise<BuildRootfs>;
  /** A mounted read-only view of a committed chain. */
  view(key: string, chainId: string): Promise<{ readonly key: string; readonly target: string }>;
  /** The changes as an uncompressed layer tar with sorted entries; made off the event loop. `clampTime` (Unix seconds) caps every mtime. */
  diffTar(key: string, options?: { clampTime?: number }): Readable;
  /** Unmounts, and makes the changes the snapshot `chainId`. When that chain exists already, the changes are dropped. */
  commit(key: string, chainId: string): Promise<void>;
  /** Unmounts and removes; returns at once, deletes lazily. Unknown keys are fine. */
  remove(key: string): Promise<void>;
}

/** What a build needs of the content store. */
export interface BuildContent {
  ingest(stream: Readable, options?: { mediaType?: string }): Promise<{ digest: string; size: number }>;
  has(digest: string): Promise<boolean>;
  delete(digest: string): Promise<void>;
}

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
  /** Private directory of the builder: contexts in flight, cache mounts, explanations. */
  readonly root: string;
  readonly images: BuildImages;
  readonly snapshots: BuildSnapshots;
  readonly content: BuildContent;
  readonly runStep: RunStep;
  readonly records: <T>(kind: string) => BuildRecords<T>;
  /** Architecture and OS of this host in Docker's words: "amd64", "linux". */
  readonly platform: { os: string; architecture: string; variant?: string };
  /** Milliseconds since 1970; a test brings its own. */
  readonly now?: () => number;
}
