import { EngineError } from '../base/index.ts';
import { digestFromHex, hexOf, isDigest } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import type { UnpackedLayer } from '../snapshot/index.ts';
import { decompress, readTar } from '../tar/index.ts';
import type { TarMember } from '../tar/index.ts';
import type { ImageContext } from './context.ts';
import { byteProgress } from './progress.ts';
import type { Following } from './types.ts';
import { tee } from './tee.ts';

/** A layer that came with an archive. */
export interface ArchivedLayer {
  readonly blob: Digest;
  /** Already written out, where that was worth while. */
  readonly unpacked?: Promise<UnpackedLayer>;
}

/** What an archive held. Documents are small and in memory; layers are in the content store. */
export interface ImageArchive extends Disposable {
  readonly documents: ReadonlyMap<string, Buffer>;
  readonly layers: ReadonlyMap<string, ArchivedLayer>;
  /** Follows links between members, "../<id>/layer.tar". */
  resolve(path: string): string;
}

/** Bytes of documents that an archive may hold altogether. */
const documentsLimit = 64 << 20;
const documentLimit = 4 << 20;

/** Reads an archive of images as it comes: layers go to the content store and, at the same time, to the disk, because what they belong to is only told at the end. */
export async function readArchive(context: ImageContext, source: AsyncIterable<Uint8Array>, following: Following): Promise<ImageArchive> {
  const archive = new Archive();
  try {
    for await (const member of readTar(decompress(source))) {
      following.signal?.throwIfAborted();
      await archive.take(context, member, following);
    }
    return archive;
  } catch (error) {
    archive[Symbol.dispose]();
    throw error;
  }
}

class Archive implements ImageArchive {
  readonly documents = new Map<string, Buffer>();
  readonly layers = new Map<string, ArchivedLayer>();
  readonly #links = new Map<string, string>();
  readonly #holds: Disposable[] = [];
  #documentBytes = 0;

  resolve(path: string): string {
    let current = normal(path);
    for (let hops = 0; hops < 10; hops++) {
      const target = this.#links.get(current);
      if (target === undefined) return current;
      current = target;
    }
    throw new EngineError('INVALID_ARGUMENT', `invalid archive: too many links at ${path}`);
  }

  async take(context: ImageContext, { entry, body }: TarMember, following: Following): Promise<void> {
    const path = normal(entry.path);
    if (entry.type === 'symlink') this.#links.set(path, normal(`${path}/../${entry.linkName}`));
    if (entry.type === 'hardlink') this.#links.set(path, normal(entry.linkName ?? ''));
    if (entry.type !== 'file') return;
    const known = knownBlob(context, path);
    if (known) return this.#keep(context, path, { blob: known });
    const { first, rest } = await begin(body);
    if (isDocument(path, first, entry.sizeBytes)) return this.#document(path, rest, entry.sizeBytes);
    await this.#layer(context, { path, bytes: rest, sizeBytes: entry.sizeBytes, following });
  }

  async #document(path: string, bytes: AsyncIterable<Buffer>, sizeBytes: number): Promise<void> {
    this.#documentBytes += sizeBytes;
    if (this.#documentBytes > documentsLimit) throw new EngineError('INVALID_ARGUMENT', 'invalid archive: too many documents');
    this.documents.set(path, Buffer.concat(await Array.fromAsync(bytes)));
  }

  async #layer(context: ImageContext, layer: { path: string; bytes: AsyncIterable<Buffer>; sizeBytes: number; following: Following }): Promise<void> {
    const progress = byteProgress(layer.following.onProgress, { id: shortName(layer.path), status: 'Loading layer', totalBytes: layer.sizeBytes });
    const options = { sizeBytes: layer.sizeBytes, onProgress: progress, ...promisedDigest(layer.path) };
    if (isSeenSize(context, layer.sizeBytes)) return this.#keep(context, layer.path, { blob: (await context.content.ingest(layer.bytes, options)).digest });
    const { first: toStore, second: toDisk, closeSecond } = tee(layer.bytes);
    const unpacked = context.snapshots.extract({ source: toDisk, ...(layer.following.signal && { signal: layer.following.signal }) }, { digest: true });
    // Who awaits it hears of a failure; a failed archive drops it unheard.
    unpacked.catch(closeSecond);
    try {
      const { digest: blob } = await context.content.ingest(toStore, options);
      this.#keep(context, layer.path, { blob, unpacked });
    } catch (error) {
      drop(unpacked);
      throw error;
    }
  }

  #keep(context: ImageContext, path: string, layer: ArchivedLayer): void {
    this.#holds.push(context.holds.hold([layer.blob]));
    this.layers.set(path, layer);
  }

  [Symbol.dispose](): void {
    for (const hold of this.#holds.splice(0)) hold[Symbol.dispose]();
    for (const { unpacked } of this.layers.values()) if (unpacked) drop(unpacked);
  }
}

function drop(unpacked: Promise<UnpackedLayer>): void {
  void unpacked.then((layer) => layer[Symbol.dispose]()).catch(() => undefined);
}

/** "./a//b/../c" is "a/c"; never leaves the archive. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** A layer whose name is its digest, and that some image has already, need not be read again. */
function knownBlob(context: ImageContext, path: string): Digest | undefined {
  const { digest } = promisedDigest(path);
  if (!digest || !context.content.has(digest)) return undefined;
  return context.library.rows().some(({ layers }) => layers.some(({ blob }) => blob === digest)) ? digest : undefined;
}

function promisedDigest(path: string): { readonly digest?: Digest } {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
  return hex === undefined ? {} : { digest: digestFromHex(hex) };
}

/** A blob of the same size is likely the same one: then it is not worth writing out before its digest is known. */
function isSeenSize({ library, content }: ImageContext, sizeBytes: number): boolean {
  return library.rows().some(({ layers }) => layers.some(({ blob }) => content.stat(blob)?.sizeBytes === sizeBytes));
}

async function begin(body: AsyncIterable<Buffer>): Promise<{ readonly first: Buffer; readonly rest: AsyncIterable<Buffer> }> {
  const iterator = body[Symbol.asyncIterator]();
  const { done, value } = await iterator.next();
  const first = done ? Buffer.alloc(0) : value;
  async function* rest(): AsyncGenerator<Buffer> {
    if (first.length > 0) yield first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { first, rest: rest() };
}

/** Documents are JSON, or one of the few small files that layouts have. */
function isDocument(path: string, first: Buffer, sizeBytes: number): boolean {
  if (/(^|\/)(VERSION|repositories|oci-layout)$/.test(path) || path.endsWith('.json')) return sizeBytes <= documentLimit;
  return sizeBytes <= documentLimit && /^\s*[{[]/.test(first.toString('latin1', 0, 64)) && !looksLikeTar(first);
}

function looksLikeTar(first: Buffer): boolean {
  return first.toString('latin1', 257, 262) === 'ustar';
}

function shortName(path: string): string {
  const hex = /[0-9a-f]{64}/.exec(path)?.[0];
  return (hex ?? path).slice(0, 12);
}

/** The path of a blob in an OCI layout. */
export function blobPath(digest: Digest): string {
  return isDigest(digest) ? `blobs/sha256/${hexOf(digest)}` : '';
}
