import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { EngineError } from '../base/index.ts';
import { digestFromHex } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import type { BlobInfo, Ingest, IngestOptions } from './types.ts';

/** What a `FileIngest` is made of. */
export interface IngestFile {
  readonly file: string;
  /** Where the blob of a digest belongs. */
  readonly target: (digest: Digest) => string;
  readonly options: IngestOptions;
}

/** A blob that is being written to a file beside the store's blobs, hashed in passing. */
export class FileIngest implements Ingest {
  readonly #spec: IngestFile;
  readonly #handle: FileHandle;
  #hash: Hash = createHash('sha256');
  #written = 0;
  #open = true;
  #keep: boolean;
  offset = 0;

  private constructor(spec: IngestFile, handle: FileHandle) {
    this.#spec = spec;
    this.#handle = handle;
    this.#keep = spec.options.resumeKey !== undefined;
  }

  /** Opens the file. Bytes that it has already are hashed again, as a hash cannot be stored. */
  static async open(spec: IngestFile): Promise<FileIngest> {
    const handle = await open(spec.file, spec.options.resumeKey === undefined ? 'wx' : 'a+', 0o600);
    const ingest = new FileIngest(spec, handle);
    if (spec.options.resumeKey !== undefined) await ingest.#rehash();
    return ingest;
  }

  async #rehash(): Promise<void> {
    for await (const chunk of this.#handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) this.#take(chunk);
    if (this.#written > (this.#spec.options.sizeBytes ?? Infinity)) await this.restart();
    this.offset = this.#written;
  }

  #take(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#written += chunk.length;
  }

  async write(chunk: Uint8Array): Promise<void> {
    const { sizeBytes, signal, onProgress } = this.#spec.options;
    signal?.throwIfAborted();
    if (this.#written + chunk.length > (sizeBytes ?? Infinity)) throw this.#spoiled(`more than the ${sizeBytes} bytes of its descriptor`);
    this.#take(chunk);
    for (let at = 0; at < chunk.length;) at += (await this.#handle.write(chunk, at)).bytesWritten;
    onProgress?.(this.#written);
  }

  async restart(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = createHash('sha256');
    this.#written = 0;
    this.offset = 0;
  }

  async commit(): Promise<BlobInfo> {
    const { sizeBytes, digest: expected } = this.#spec.options;
    if (sizeBytes !== undefined && this.#written !== sizeBytes) throw new EngineError('DATA_LOSS', `unexpected EOF: ${this.#written} of ${sizeBytes} bytes`);
    const digest = digestFromHex(this.#hash.digest('hex'));
    if (expected !== undefined && digest !== expected) throw this.#spoiled(`unexpected digest ${digest}, expected ${expected}`);
    await this.#close();
    await rename(this.#spec.file, this.#spec.target(digest));
    return { digest, sizeBytes: this.#written };
  }

  /** Bytes that are wrong are no use to a resumed transfer. */
  #spoiled(why: string): EngineError {
    this.#keep = false;
    return new EngineError('DATA_LOSS', `filesystem layer verification failed: ${why}`);
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const dropped = this.#open && !this.#keep;
    await this.#close();
    if (dropped) await rm(this.#spec.file, { force: true });
  }
}
