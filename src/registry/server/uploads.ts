import { randomUUID } from 'node:crypto';

import type { ContentStore, Ingest } from '../../content/index.ts';
import { RegistryRefusal } from './wire-error.ts';

/** An upload in progress. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly ingest: Ingest;
  sizeBytes: number;
  lastUse: number;
}

/** Time after which an upload that nobody continues is dropped. */
const idleMs = 30 * 60_000;
/** Uploads that may be open at once. */
const openLimit = 1000;

/** Uploads that clients have begun. They end with the process: a client whose upload is unknown begins again. */
export class Uploads implements AsyncDisposable {
  readonly #content: ContentStore;
  readonly #open = new Map<string, Upload>();

  constructor(content: ContentStore) {
    this.#content = content;
  }

  async begin(name: string): Promise<Upload> {
    await this.#dropIdle();
    if (this.#open.size >= openLimit) throw new RegistryRefusal('DENIED', 'too many uploads in progress', { status: 429 });
    const upload: Upload = { id: randomUUID(), name, ingest: await this.#content.openIngest(), sizeBytes: 0, lastUse: Date.now() };
    this.#open.set(upload.id, upload);
    return upload;
  }

  /** Throws BLOB_UPLOAD_UNKNOWN. */
  get(name: string, id: string): Upload {
    const upload = this.#open.get(id);
    if (!upload || upload.name !== name) throw new RegistryRefusal('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
    upload.lastUse = Date.now();
    return upload;
  }

  /** Adds the bytes of a request. What came before a broken connection stays: the client asks how much that is. */
  async append(upload: Upload, body: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of body) {
      await upload.ingest.write(chunk);
      upload.sizeBytes += chunk.length;
    }
  }

  /** Forgets an upload; its bytes go unless they were committed. */
  async end(upload: Upload): Promise<void> {
    this.#open.delete(upload.id);
    await upload.ingest[Symbol.asyncDispose]();
  }

  async #dropIdle(): Promise<void> {
    const limit = Date.now() - idleMs;
    for (const upload of this.#open.values()) if (upload.lastUse < limit) await this.end(upload);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const upload of this.#open.values()) await this.end(upload);
  }
}
