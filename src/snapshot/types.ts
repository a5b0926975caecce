import type { Readable } from 'node:stream';
import type { Digest } from '../oci/index.ts';

/** A layer to unpack on top of `parent`. */
export interface UnpackRequest extends UnpackSource {
  readonly chainId: Digest;
  /** Chain id below; undefined for a bottom layer. It need not be unpacked yet: layers unpack side by side. */
  readonly parent?: Digest;
  /** Digest of the uncompressed tar; DATA_LOSS, and nothing kept, when it differs. Left out only where the tar's bytes were verified already. */
  readonly diffId?: Digest;
}

/** A layer written out but not yet part of a chain: for archives whose chain is only known at their end. Dropped, unless committed, by `[Symbol.dispose]`. */
export interface UnpackedLayer extends Disposable {
  /** Digest of the uncompressed tar, where it was asked for. */
  readonly diffId?: Digest;
  readonly sizeBytes: number;
  /** Makes it the layer of `chainId`; where that exists already, this one is dropped. */
  commit(chainId: Digest, parent?: Digest): LayerInfo;
}

/** A tar to write out: a file, or a stream that is read to its end or closed. Plain or compressed; which one is read from its first bytes. */
export interface UnpackSource {
  readonly blobPath?: string;
  readonly source?: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Bytes read so far, as they come. */
  readonly onProgress?: (sizeBytes: number) => void;
}

/** A committed, read-only layer. */
export interface LayerInfo {
  readonly chainId: Digest;
  readonly parent?: Digest;
  /** Bytes of its files, as Docker counts a layer's size. */
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** A writable snapshot: the root file system of one container or build step. All paths are absolute. */
export interface ActiveSnapshot {
  readonly key: string;
  readonly parent?: Digest;
  /** Topmost first, as overlayfs wants them. Empty for a snapshot without parent. */
  readonly lowerDirs: readonly string[];
  readonly upperDir: string;
  readonly workDir: string;
  /** Where `mount` puts it: the container's root directory. */
  readonly target: string;
  /** The overlay's option string for mount(2): "lowerdir=…,upperdir=…,workdir=…". */
  readonly mountOptions: string;
  /** Idempotent, synchronous (0.2 ms). Read-only where asked. `volatile`: writes are never flushed to disk (no fsync), for build steps; what a crash of the machine tore is not noticed. */
  mount(options?: { readonly readOnly?: boolean; readonly volatile?: boolean }): void;
  /** Lazy unmount; fine when not mounted. */
  unmount(): void;
}

/** A path that differs from the parent: 0 changed, 1 added, 2 deleted, as `docker diff` has it. Path from the root: "/etc/hosts". */
export interface Change {
  readonly path: string;
  readonly kind: 0 | 1 | 2;
}

/** Layers by chain id and writable snapshots by key, on overlayfs. Survives SIGKILL at every line: stale temporary folders are cleaned at open. */
export interface Snapshotter {
  /** Does nothing when the chain id exists; two callers at once unpack once. */
  unpack(request: UnpackRequest): Promise<LayerInfo>;
  /** Writes a tar out without making it a layer yet; `digest` asks for its diff id. */
  extract(source: UnpackSource, options?: { readonly digest?: boolean }): Promise<UnpackedLayer>;
  has(chainId: Digest): boolean;
  layer(chainId: Digest): LayerInfo | undefined;
  /** Every committed layer. */
  layers(): readonly LayerInfo[];
  /** The folder with a committed layer's own files. */
  layerDir(chainId: Digest): string;
  /** FAILED_PRECONDITION where the parent, or one below it, is missing; ALREADY_EXISTS for a key in use. */
  prepare(key: string, parent?: Digest): ActiveSnapshot;
  /** The active snapshot of a key; undefined where there is none. */
  active(key: string): ActiveSnapshot | undefined;
  actives(): readonly string[];
  /** True while its overlay is mounted. */
  mounted(key: string): boolean;
  /** The snapshot of a chain, mounted read-only, under a key of its own; `remove(key)` ends it. */
  view(key: string, chainId: Digest): ActiveSnapshot;
  /** A layer tar of what the snapshot changed, with whiteouts, made off the event loop. Canonical: same changes, same bytes. `clampTime` (Unix seconds) caps every mtime. The caller owns the stream. */
  diffTar(key: string, options?: { readonly clampTime?: number }): Readable;
  /** The same of a committed layer's own files. */
  layerTar(chainId: Digest): Readable;
  /** Unmounts an active snapshot and makes it the layer `chainId` by rename, without a copy; the key is gone afterwards. Where the layer exists already, the changes are dropped. */
  commit(key: string, chainId: Digest): Promise<LayerInfo>;
  changes(key: string): Promise<readonly Change[]>;
  /** Bytes that the snapshot's own files hold. */
  usage(key: string): Promise<number>;
  /** Returns at once; unmounts and deletes behind. Fine where there is none. */
  remove(key: string): void;
  /** Deletes a layer that no other layer or active snapshot uses, else FAILED_PRECONDITION. */
  removeLayer(chainId: Digest): void;
  /** Waits until what `remove` and `removeLayer` left is deleted. */
  idle(): Promise<void>;
}
