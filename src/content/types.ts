import type { Readable } from 'node:stream';
import type { Digest } from '../oci/index.ts';

/** A blob that the store holds whole and verified. */
export interface BlobInfo {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** A blob of the store, with the time it came: milliseconds since 1970. */
export interface StoredBlob extends BlobInfo {
  readonly createdAtMs: number;
}

/** What the writer of a blob already knows about it, and how it may be given up. */
export interface IngestOptions {
  /** Refused with DATA_LOSS, and nothing kept, when the bytes hash to something else. */
  readonly digest?: Digest;
  /** Refused with DATA_LOSS when more or fewer bytes come. */
  readonly sizeBytes?: number;
  /** Name of a resumable transfer: bytes of a broken one stay for the next `openIngest` of the same name. */
  readonly resumeKey?: string;
  readonly signal?: AbortSignal;
  /** Bytes written so far, resumed ones included. */
  readonly onProgress?: (sizeBytes: number) => void;
}

/** A blob being written: invisible until `commit`. `[Symbol.asyncDispose]` drops what was not committed, unless it has a `resumeKey`. */
export interface Ingest extends AsyncDisposable {
  /** Bytes already there, from a broken transfer. Where to resume. */
  readonly offset: number;
  write(chunk: Uint8Array): Promise<void>;
  /** Throws away what is there and starts at byte 0, for a server that cannot resume. */
  restart(): Promise<void>;
  /** Verifies, renames into place, returns. A blob that exists already is fine. */
  commit(): Promise<BlobInfo>;
}

/** Content-addressed blobs on disk. Nothing half-written is ever visible; every blob was hashed when it came in. */
export interface ContentStore {
  /** Writes a whole stream. The store reads `source` to its end or destroys it. */
  ingest(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options?: IngestOptions): Promise<BlobInfo>;
  /** Writes a small blob, a manifest for example. */
  put(bytes: Uint8Array | string): Promise<BlobInfo>;
  openIngest(options?: IngestOptions): Promise<Ingest>;
  has(digest: Digest): boolean;
  /** Undefined where the store does not have it. */
  stat(digest: Digest): StoredBlob | undefined;
  /** The file of a blob, whether it exists or not; never write to it. */
  path(digest: Digest): string;
  /** NOT_FOUND where missing. The caller owns the stream. */
  read(digest: Digest, range?: { readonly start: number; readonly end?: number }): Readable;
  /** A small blob whole. Refuses one over `limitBytes` with INVALID_ARGUMENT. */
  readBytes(digest: Digest, limitBytes?: number): Promise<Buffer>;
  /** Ok where it is not there. */
  delete(digest: Digest): Promise<void>;
  /** Every blob, in no order. */
  walk(): AsyncIterable<StoredBlob>;
}
