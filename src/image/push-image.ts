import { createGzip } from 'node:zlib';

import { EngineError, isEngineError, Semaphore, shortId, SingleFlight } from '../base/index.ts';
import { familiarName, familiarReference, formatReference, isIndex, MediaType, parseManifest, parseReference, repositoryOf } from '../oci/index.ts';
import type { Descriptor, Digest, Manifest, Reference } from '../oci/index.ts';
import type { RemoteRepository } from '../registry/index.ts';
import type { ImageContext } from './context.ts';
import type { ImageRow, LayerRow } from './library.ts';
import { byteProgress, layerStatus } from './progress.ts';
import type { TransferOptions } from './types.ts';

/** Sends a tag of an image, or without tag all tags of the repository, to its registry. */
export async function pushImage(context: ImageContext, text: string, options: TransferOptions = {}): Promise<void> {
  const reference = parseReference(text);
  if (reference.digest) throw new EngineError('INVALID_ARGUMENT', 'cannot push a digest reference');
  const { tag: _, ...bare } = reference;
  options.onProgress?.({ status: `The push refers to repository [${repositoryOf(reference)}]` });
  const tags = tagsToPush(context, reference);
  if (tags.length === 0) throw nothingToPush(context, reference);
  const repository = await context.registry.repository(bare, { auth: options.auth, access: 'push', signal: options.signal });
  for (const [tag, id] of tags) await pushTag(context, { repository, tag, id, options });
}

/** Docker tells a repository that is not here from a tag that it lacks. */
function nothingToPush({ library }: ImageContext, reference: Reference): EngineError {
  const prefix = repositoryOf(reference);
  const hasOthers = [...library.names().keys()].some((name) => name.startsWith(`${prefix}:`) || name.startsWith(`${prefix}@`));
  const text = hasOthers ? `tag does not exist: ${familiarReference(reference)}` : `An image does not exist locally with the tag: ${familiarName(reference)}`;
  return new EngineError('NOT_FOUND', text);
}

function tagsToPush({ library }: ImageContext, reference: Reference): readonly (readonly [tag: string, id: Digest])[] {
  const { tag: _, ...bare } = reference;
  const prefix = `${formatReference(bare)}:`;
  return [...library.names()]
    .filter(([name]) => (reference.tag === undefined ? name.startsWith(prefix) : name === formatReference(reference)))
    .map(([name, id]) => [name.slice(prefix.length), id] as const);
}

interface Push {
  readonly repository: RemoteRepository;
  readonly tag: string;
  readonly id: Digest;
  readonly options: TransferOptions;
}

/** Layers that one push sends at the same time: Docker's own default. */
const parallelLayers = 5;

async function pushTag(context: ImageContext, push: Push): Promise<void> {
  const { repository, tag, id, options } = push;
  const row = context.library.row(id);
  if (!row) throw new EngineError('NOT_FOUND', `No such image: ${id}`);
  using _ = context.holds.hold([id, ...row.layers.map(({ blob }) => blob)]);
  for (const { diffId } of row.layers.toReversed()) options.onProgress?.(layerStatus(shortId(diffId), 'Preparing'));
  const turns = new Semaphore(parallelLayers);
  const once = new SingleFlight<Descriptor>();
  const layers = await Promise.all(row.layers.map((layer) => once.run(layer.diffId, () => turns.run(() => pushLayer(context, push, layer), options.signal))));
  await pushBlob(context, push, { digest: id, sizeBytes: context.content.stat(id)?.sizeBytes ?? 0 });
  const manifest = await manifestBytes(context, row, layers);
  const digest = await repository.pushManifest(tag, manifest, options.signal);
  const { tag: __, ...bare } = repository.reference;
  context.library.addManifests(id, [(await context.content.put(manifest.bytes)).digest]);
  context.library.putName(formatReference({ ...bare, digest }), id);
  options.onProgress?.({ status: `${tag}: digest: ${digest} size: ${manifest.bytes.length}` });
  options.onProgress?.({ progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: manifest.bytes.length } });
  context.publish({ Action: 'push', id: `${familiarName(bare)}:${tag}`, attributes: { name: familiarName(bare) } });
}

async function pushLayer(context: ImageContext, push: Push, layer: LayerRow): Promise<Descriptor> {
  const { repository, options } = push;
  const id = shortId(layer.diffId);
  const send = (status: string): void => options.onProgress?.(layerStatus(id, status));
  const known = layer.pushed?.digest ?? layer.blob;
  if (isCompressed(layer.mediaType) || layer.pushed) {
    if (await repository.hasBlob(known, options.signal)) {
      send('Layer already exists');
      return descriptorOf(context, layer);
    }
  }
  const ready = await compressed(context, push.id, layer);
  const descriptor = descriptorOf(context, ready);
  if (await repository.hasBlob(descriptor.digest, options.signal)) send('Layer already exists');
  else send(await uploadLayer(context, push, { descriptor, id }));
  return descriptor;
}

async function uploadLayer(context: ImageContext, push: Push, { descriptor, id }: { readonly descriptor: Descriptor; readonly id: string }): Promise<string> {
  const onProgress = byteProgress(push.options.onProgress, { id, status: 'Pushing', totalBytes: descriptor.size });
  const mountFrom = otherRepository(context, push.repository.reference, descriptor.digest);
  const how = await pushBlob(context, push, {
    digest: descriptor.digest,
    sizeBytes: descriptor.size,
    onProgress,
    ...(mountFrom !== undefined && { mountFrom }),
  });
  return how === 'mounted' ? `Mounted from ${mountFrom}` : 'Pushed';
}

interface BlobToPush {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly mountFrom?: string;
  readonly onProgress?: (sizeBytes: number) => void;
}

async function pushBlob(context: ImageContext, { repository, options }: Push, blob: BlobToPush): Promise<'pushed' | 'mounted'> {
  try {
    return await repository.pushBlob({ ...blob, open: () => context.content.read(blob.digest), signal: options.signal });
  } catch (error) {
    if (isEngineError(error, 'UNAUTHENTICATED') || isEngineError(error, 'PERMISSION_DENIED'))
      throw new EngineError(error.code, refusalText(error), { cause: error });
    throw error;
  }
}

function refusalText(error: EngineError): string {
  return /^(denied|unauthorized)/.test(error.message) ? error.message : `denied: requested access to the resource is denied (${error.message})`;
}

/** A repository of the same registry that we pulled the blob from, or pushed it to. */
function otherRepository({ library }: ImageContext, reference: Reference, blob: Digest): string | undefined {
  for (const [name, id] of library.names()) {
    const other = parseReference(name);
    const shares = other.digest && other.domain === reference.domain && other.path !== reference.path;
    if (shares && library.row(id)?.layers.some((layer) => layer.blob === blob || layer.pushed?.digest === blob)) return other.path;
  }
  return undefined;
}

function isCompressed(mediaType: string): boolean {
  return mediaType !== MediaType.dockerLayer && mediaType !== MediaType.ociLayer;
}

/** The row with a gzip form of the layer, which is made and kept when it came as a plain tar. */
async function compressed(context: ImageContext, id: Digest, layer: LayerRow): Promise<LayerRow> {
  if (isCompressed(layer.mediaType)) return layer;
  if (layer.pushed && context.content.has(layer.pushed.digest)) return layer;
  const source = context.content.read(layer.blob);
  const gzip = createGzip({ chunkSize: 1 << 18 });
  source.on('error', (error) => gzip.destroy(error));
  const blob = await context.content.ingest(source.pipe(gzip) as AsyncIterable<Buffer>);
  const ready: LayerRow = { ...layer, pushed: { digest: blob.digest, size: blob.sizeBytes } };
  const row = context.library.row(id);
  if (row) context.library.putImage({ ...row, layers: row.layers.map((other) => (other.diffId === layer.diffId ? ready : other)) });
  return ready;
}

function descriptorOf(context: ImageContext, layer: LayerRow): Descriptor {
  const { pushed } = layer;
  if (!isCompressed(layer.mediaType) && pushed) return { mediaType: MediaType.dockerLayerGzip, digest: pushed.digest, size: pushed.size };
  return { mediaType: layer.mediaType, digest: layer.blob, size: context.content.stat(layer.blob)?.sizeBytes ?? 0 };
}

/** The manifest that the image was pulled with where it still fits, so that its digest stays; else a new one. */
async function manifestBytes(
  context: ImageContext,
  row: ImageRow,
  layers: readonly Descriptor[],
): Promise<{ readonly mediaType: string; readonly bytes: Buffer }> {
  const pulled = await pulledManifest(context, row, layers);
  if (pulled) return pulled;
  const oci = layers.some(({ mediaType }) => mediaType.startsWith('application/vnd.oci.'));
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: oci ? MediaType.ociManifest : MediaType.dockerManifest,
    config: { mediaType: oci ? MediaType.ociConfig : MediaType.dockerConfig, size: context.content.stat(row.id)?.sizeBytes ?? 0, digest: row.id },
    layers: layers.map((layer) => ({ ...layer, mediaType: oci && layer.mediaType === MediaType.dockerLayerGzip ? MediaType.ociLayerGzip : layer.mediaType })),
  };
  return { mediaType: manifest.mediaType, bytes: Buffer.from(JSON.stringify(manifest, null, 3)) };
}

async function pulledManifest(
  context: ImageContext,
  row: ImageRow,
  layers: readonly Descriptor[],
): Promise<{ readonly mediaType: string; readonly bytes: Buffer } | undefined> {
  for (const name of context.library.namesOf(row.id)) {
    const { digest } = parseReference(name);
    if (!digest || !context.content.has(digest)) continue;
    const bytes = await context.content.readBytes(digest);
    const manifest = parseManifest(bytes);
    if (!isIndex(manifest) && manifest.config.digest === row.id && manifest.layers.every((layer, index) => layer.digest === layers[index]?.digest))
      return { mediaType: manifest.mediaType, bytes };
  }
  return undefined;
}
