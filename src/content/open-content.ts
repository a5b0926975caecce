import { createReadStream, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { EngineError, randomId, systemCode } from '../base/index.ts';
import { digestOf, hexOf, isDigest } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { FileIngest } from './file-ingest.ts';
import { blobFile, contentLayout } from './layout.ts';
import type { ContentLayout } from './layout.ts';
import type { BlobInfo, ContentStore, Ingest, IngestOptions, StoredBlob } from './types.ts';

/** Opens the store under `root`, makes its folders (0700), and throws away what a killed engine was writing. One store per root at a time. */
export function openContent(root: string): ContentStore {
  const layout = contentLayout(root);
  for (const folder of Object.values(layout) as string[]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(layout.ingest)) rmSync(join(layout.ingest, name), { recursive: true, force: true });
  for (const name of readdirSync(layout.resume)) dropStale(join(layout.resume, name));
  return new FileContent(layout);
}

/** Time after which nobody is expected to go on with a broken transfer. */
const staleMs = 24 * 3_600_000;

function dropStale(file: string): void {
  if (Date.now() - statSync(file).mtimeMs > staleMs) rmSync(file, { force: true });
}

class FileContent implements ContentStore {
  readonly #layout: ContentLayout;

  constructor(layout: ContentLayout) {
    this.#layout = layout;
  }

  async ingest(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options: IngestOptions = {}): Promise<BlobInfo> {
    await using ingest = await this.openIngest(options);
    for await (const chunk of source) await ingest.write(chunk);
    return await ingest.commit();
  }

  async put(bytes: Uint8Array | string): Promise<BlobInfo> {
    const buffer = Buffer.from(bytes);
    const blob = { digest: digestOf(buffer), sizeBytes: buffer.length };
    const known = this.stat(blob.digest);
    if (known) return known;
    return await this.ingest([buffer], blob);
  }

  async openIngest(options: IngestOptions = {}): Promise<Ingest> {
    const file = options.resumeKey === undefined ? this.#temporaryFile() : join(this.#layout.resume, hexOf(digestOf(options.resumeKey)));
    return await FileIngest.open({ file, target: (digest) => this.path(digest), options });
  }

  has(digest: Digest): boolean {
    return this.stat(digest) !== undefined;
  }

  stat(digest: Digest): StoredBlob | undefined {
    const found = statSync(this.path(digest), { throwIfNoEntry: false });
    return found && { digest, sizeBytes: found.size, createdAtMs: found.mtimeMs };
  }

  path(digest: Digest): string {
    return blobFile(this.#layout, digest);
  }

  read(digest: Digest, range: { readonly start: number; readonly end?: number } = { start: 0 }): Readable {
    if (!this.has(digest)) throw missing(digest);
    return createReadStream(this.path(digest), { ...range, highWaterMark: 1 << 20 });
  }

  async readBytes(digest: Digest, limitBytes = 4 << 20): Promise<Buffer> {
    await using handle = await open(this.path(digest)).catch((cause: unknown) => {
      throw systemCode(cause) === 'ENOENT' ? missing(digest) : cause;
    });
    const { size } = await handle.stat();
    if (size > limitBytes) throw new EngineError('INVALID_ARGUMENT', `blob ${digest} has ${size} bytes, more than the ${limitBytes} allowed here`);
    return await handle.readFile();
  }

  async delete(digest: Digest): Promise<void> {
    // Out of sight at once: the same blob may come back before its old file is gone.
    const trash = this.#temporaryFile();
    try {
      renameSync(this.path(digest), trash);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      throw error;
    }
    await rm(trash, { force: true });
  }

  async *walk(): AsyncGenerator<StoredBlob> {
    for await (const { name } of await opendir(this.#layout.blobs)) {
      const digest = `sha256:${name}`;
      const blob = isDigest(digest) ? this.stat(digest) : undefined;
      if (blob) yield blob;
    }
  }

  #temporaryFile(): string {
    return join(this.#layout.ingest, randomId());
  }
}

function missing(digest: Digest): EngineError {
  return new EngineError('NOT_FOUND', `content ${digest}: not found`);
}
