import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { EngineError, messageOf, randomId } from '../../base/index.ts';

/** A downloaded file. */
export interface UrlFile {
  readonly file: string;
  /** SHA-256, hex. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** Last-Modified, or the epoch where the server sends none. Seconds. */
  readonly mtime: number;
}

const MAX_BYTES = 16 * 2 ** 30;

/** Downloads of one build: each URL once. Files are in the build's folder and go with it. */
export class UrlFiles {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #files = new Map<string, Promise<UrlFile>>();

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Fetches a URL; `checksum` ("sha256:<hex>") must match. */
  async fetch(url: string, checksum?: string): Promise<UrlFile> {
    const known = this.#files.get(url) ?? this.#download(url);
    this.#files.set(url, known);
    const file = await known;
    if (checksum !== undefined && checksum !== `sha256:${file.digest}`)
      throw new EngineError('DATA_LOSS', `digest mismatch sha256:${file.digest}: ${checksum}`);
    return file;
  }

  /** A fresh name in the build's folder. */
  spoolFile(): string {
    return join(this.#folder, `file-${randomId().slice(0, 16)}`);
  }

  async write(file: string, bytes: Uint8Array): Promise<void> {
    await writeFile(file, bytes, { mode: 0o600 });
  }

  async #download(url: string): Promise<UrlFile> {
    const response = await this.#request(url);
    if (!response.ok || !response.body) throw new EngineError('NOT_FOUND', `failed to load ${redacted(url)}: invalid response status ${response.status}`);
    const file = this.spoolFile();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const body = Readable.fromWeb(response.body);
    await pipeline(
      body,
      async function* (source: AsyncIterable<Uint8Array>) {
        for await (const chunk of source) {
          sizeBytes += chunk.length;
          if (sizeBytes > MAX_BYTES) throw new EngineError('INVALID_ARGUMENT', `${redacted(url)} is larger than ${MAX_BYTES} bytes`);
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(file, { mode: 0o600 }),
      { signal: this.#signal },
    );
    const modified = Date.parse(response.headers.get('last-modified') ?? '');
    return { file, digest: hash.digest('hex'), sizeBytes, mtime: Number.isNaN(modified) ? 0 : modified / 1000 };
  }

  async #request(url: string): Promise<Response> {
    try {
      return await fetch(url, { signal: this.#signal, redirect: 'follow' });
    } catch (cause) {
      this.#signal.throwIfAborted();
      const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : messageOf(cause);
      throw new EngineError('UNAVAILABLE', `failed to load ${redacted(url)}: ${reason}`, { cause });
    }
  }
}

/** A URL without user name and password. */
function redacted(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
