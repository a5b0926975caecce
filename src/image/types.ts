import type { Readable } from 'node:stream';
import type { Descriptor, Digest, ImageConfig, Platform } from '../oci/index.ts';
import type { RegistryAuth } from '../registry/index.ts';

/** An image as clients see it. */
export interface ImageRecord {
  /** Digest of its config. */
  readonly id: Digest;
  /** Familiar form: "busybox:latest", "localhost:5000/app:1". */
  readonly repoTags: readonly string[];
  /** "busybox@sha256:…" */
  readonly repoDigests: readonly string[];
  readonly config: ImageConfig;
  /** Diff ids, bottom first. */
  readonly layers: readonly Digest[];
  /** Chain id of the top layer: what `snapshots.prepare` takes. Undefined for an image without layers. */
  readonly chainId?: Digest;
  /** Sum of its layers' files. */
  readonly sizeBytes: number;
  /** RFC 3339; "0001-01-01T00:00:00Z" where the config has none. */
  readonly created: string;
  /** Image that a build derived it from, where known. */
  readonly parent?: Digest;
  /** RFC 3339 time of the last tagging. */
  readonly lastTagTime?: string;
}

/** A line of progress in Docker's jsonmessage shape, which routes send as it is. */
export interface ProgressMessage {
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number; readonly hidecounts?: boolean };
  readonly stream?: string;
  readonly aux?: Readonly<Record<string, unknown>>;
}

/** What to do with progress, and when to stop. */
export interface Following {
  readonly onProgress?: (message: ProgressMessage) => void;
  readonly signal?: AbortSignal;
}

/** `quiet` leaves out the layers' progress. `platform` chooses of an OCI layout with several. */
export interface LoadOptions extends Following {
  readonly quiet?: boolean;
  readonly platform?: string;
}

/** Of a multi-platform image, which one: "linux/arm64". The host's own by default. */
export interface TransferOptions extends Following {
  readonly auth?: RegistryAuth;
  readonly platform?: string;
  /** Every tag of the repository. */
  readonly allTags?: boolean;
}

/** One line of the reply to `DELETE /images/NAME`. */
export type RemovedImage = { readonly Untagged: string } | { readonly Deleted: string };

/** What prune freed. */
export interface PruneReport {
  readonly removed: readonly RemovedImage[];
  readonly reclaimedBytes: number;
}

/** An image as a registry has it, in the shape of `GET /distribution/NAME/json`. */
export interface RemoteImage {
  readonly Descriptor: Descriptor;
  readonly Platforms: readonly Platform[];
}

/** Which images go. */
export interface PruneOptions {
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  /** Only tells what would go. */
  readonly dryRun?: boolean;
}

/** What `collect` takes: 10 minutes by default, so that it never takes what work in progress just made. */
export interface CollectOptions {
  readonly olderThanMs?: number;
}

/** What images hold on disk, for `system df`. */
export interface ImageUsage {
  /** Bytes of all layers' files, each once. */
  readonly layersBytes: number;
  /** Bytes of the blobs they came as. */
  readonly blobsBytes: number;
  /** Of each image, the bytes of layers that others have too. */
  readonly shared: ReadonlyMap<Digest, number>;
}

/** Which images `list` gives; filters as the API's `filters` parameter holds them. */
export interface ListOptions {
  /** Also images that only others are built on. */
  readonly all?: boolean;
  readonly filters?: Readonly<Record<string, readonly string[]>>;
}

/** One line of `docker history`, newest first. */
export interface HistoryItem {
  readonly id: string;
  readonly created: string;
  readonly createdBy: string;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  readonly comment: string;
}

/** A new image over layers that the snapshotter and the content store have. */
export interface CreateImage {
  /** Its `rootfs.diff_ids` name the layers; `history` is kept as it is. */
  readonly config: ImageConfig;
  /** Blob of each layer, bottom first, as long as `rootfs.diff_ids`: a tar, plain or compressed. Without `blob`, the one that a known image has for the diff id. */
  readonly layers: readonly { readonly diffId: Digest; readonly blob?: Digest }[];
  readonly tags?: readonly string[];
  readonly parent?: Digest;
}

/** `docker commit` and `docker import`. */
export interface ImportOptions extends Following {
  readonly reference?: string;
  /** Dockerfile lines: "CMD [\"sh\"]". */
  readonly changes?: readonly string[];
  readonly message?: string;
  readonly platform?: string;
}

/** Names and configs of images; their layers are in the content store and the snapshotter. */
export interface ImageStore {
  /** By tag, digest reference, id, or a prefix of an id that names only one. NOT_FOUND with Docker's text. */
  resolve(reference: string): ImageRecord;
  find(reference: string): ImageRecord | undefined;
  list(options?: ListOptions): readonly ImageRecord[];
  tag(reference: string, target: string): void;
  remove(reference: string, options?: { readonly force?: boolean; readonly noPrune?: boolean }): readonly RemovedImage[];
  history(reference: string): readonly HistoryItem[];
  create(image: CreateImage): Promise<ImageRecord>;
  pull(reference: string, options?: TransferOptions): Promise<ImageRecord>;
  push(reference: string, options?: TransferOptions): Promise<void>;
  /** A docker-archive or OCI layout, plain, gzip or zstd. Progress tells what was loaded, as Docker does. */
  load(source: AsyncIterable<Uint8Array>, options?: LoadOptions): Promise<readonly ImageRecord[]>;
  /** One tar that is docker-archive and OCI layout at once. The caller owns the stream. NOT_FOUND before the first byte. */
  save(references: readonly string[]): Readable;
  import(source: AsyncIterable<Uint8Array>, options?: ImportOptions): Promise<ImageRecord>;
  /** `dangling` only, or all unused ones with `filters.dangling = ["false"]`. `dryRun` only tells. */
  prune(options?: PruneOptions): PruneReport;
  usage(): Promise<ImageUsage>;
  /** Deletes layers and blobs that no image, container or build needs any more; answers the bytes. For the start of an engine (`olderThanMs: 0`), and when containers were removed. */
  collect(options?: CollectOptions): Promise<number>;
  /** True where an image needs a chain id or blob: what the build cache must not delete. */
  isReferenced(digest: Digest): boolean;
  /** Keeps the image from being removed until disposed: a lease for a build or a create in progress. */
  lease(reference: string): Disposable;
  /** What a registry has under a name. NOT_FOUND where nothing. */
  distribution(reference: string, options?: TransferOptions): Promise<RemoteImage>;
  /** Rejects with UNAVAILABLE: there is no hub to search in. */
  search(term: string): Promise<never>;
  /** Checks credentials against a registry: Docker's reply to `POST /auth`. UNAUTHENTICATED where refused. */
  checkAuth(auth: RegistryAuth): Promise<{ readonly Status: string; readonly IdentityToken: string }>;
}
