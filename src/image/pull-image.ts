import { EngineError, Semaphore } from '../base/index.ts';
import {
  familiarName,
  familiarReference,
  formatPlatform,
  formatReference,
  hostPlatform,
  isDigest,
  isIndex,
  MediaType,
  parseConfig,
  parseManifest,
  parsePlatform,
  parseReference,
  platformMatches,
  withDefaultTag,
} from '../oci/index.ts';
import type { Descriptor, Digest, Manifest, Platform, Reference } from '../oci/index.ts';
import type { FetchedManifest, RemoteRepository } from '../registry/index.ts';
import type { ImageContext } from './context.ts';
import { fetchLayer } from './fetch-layer.ts';
import { installImage } from './install-image.ts';
import type { ImageRow, LayerRow } from './library.ts';
import { documentBytes, openRemote, pullRefused } from './open-remote.ts';
import { setTag } from './tag-image.ts';
import type { ImageRecord, TransferOptions } from './types.ts';

/** Fetches an image of the wanted platform from its registry, or from a mirror. Nothing of it is visible before it is whole. */
export async function pullImage(context: ImageContext, text: string, options: TransferOptions = {}): Promise<ImageRecord> {
  const reference = parseReference(text);
  const repository = await openRemote(context, reference, options);
  const wanted = options.allTags ? await taggedAll(repository, reference, options) : [withDefaultTag(reference)];
  const pulled: Pulled[] = [];
  for (const one of wanted) pulled.push(await pullOne(context, { repository, reference: one, options }));
  const last = pulled.at(-1);
  if (!last) throw new EngineError('NOT_FOUND', `repository ${familiarName(reference)} has no tags`);
  const news = pulled.some(({ isNew }) => isNew) ? 'Downloaded newer image' : 'Image is up to date';
  options.onProgress?.({ status: `Status: ${news} for ${familiarReference(options.allTags ? reference : withDefaultTag(reference))}` });
  return last.image;
}

async function taggedAll(repository: RemoteRepository, { domain, path }: Reference, { signal }: TransferOptions): Promise<readonly Reference[]> {
  return (await repository.tags(signal)).map((tag) => ({ domain, path, tag }));
}

interface Pulled {
  readonly image: ImageRecord;
  readonly isNew: boolean;
}

interface Pull {
  readonly repository: RemoteRepository;
  readonly reference: Reference;
  readonly options: TransferOptions;
}

async function pullOne(context: ImageContext, pull: Pull): Promise<Pulled> {
  const { reference, options } = pull;
  const send = options.onProgress ?? ((): void => {});
  const top = await fetchManifest(pull, reference.digest ?? reference.tag ?? 'latest');
  send({ status: `Pulling from ${reference.path}`, id: reference.tag ?? reference.digest ?? '' });
  const { manifest, fetched } = await platformManifest(pull, top);
  const before = context.library.idOf(formatReference(nameToKeep(reference)));
  const image = await fetchImage(context, pull, manifest);
  await Promise.all([top, fetched].map(({ bytes }) => context.content.put(bytes)));
  context.library.addManifests(image.id, [top.digest, fetched.digest]);
  nameImage(context, image.id, { reference, digest: top.digest });
  send({ status: `Digest: ${top.digest}` });
  context.publish({ Action: 'pull', id: familiarReference(reference), attributes: { name: familiarName(reference) } });
  return { image: context.library.image(image.id), isNew: before !== image.id };
}

/** A digest says more than the tag that stands before it. */
function nameToKeep({ tag, ...rest }: Reference): Reference {
  return rest.digest || tag === undefined ? rest : { ...rest, tag };
}

function nameImage(context: ImageContext, id: Digest, { reference, digest }: { readonly reference: Reference; readonly digest: Digest }): void {
  const { tag: _, digest: __, ...repository } = reference;
  context.library.transaction(() => {
    context.library.putName(formatReference({ ...repository, digest }), id);
    if (!reference.digest) setTag(context, id, reference);
  });
}

async function fetchManifest({ repository, reference, options }: Pull, tagOrDigest: string): Promise<FetchedManifest> {
  try {
    return await repository.fetchManifest(tagOrDigest, { signal: options.signal });
  } catch (error) {
    throw pullRefused(reference, error);
  }
}

async function platformManifest(pull: Pull, fetched: FetchedManifest): Promise<{ readonly manifest: Manifest; readonly fetched: FetchedManifest }> {
  const document = parseManifest(fetched.bytes, fetched.mediaType);
  if (!isIndex(document)) return { manifest: document, fetched };
  const wanted = pull.options.platform === undefined ? hostPlatform() : parsePlatform(pull.options.platform);
  const inner = await fetchManifest(pull, choose(document.manifests, wanted).digest);
  const manifest = parseManifest(inner.bytes, inner.mediaType);
  if (isIndex(manifest)) throw new EngineError('INVALID_ARGUMENT', `manifest list ${fetched.digest} points to another manifest list`);
  return { manifest, fetched: inner };
}

function choose(manifests: readonly Descriptor[], wanted: Platform): Descriptor {
  const chosen = manifests.find(({ platform }) => platform && platformMatches(wanted, platform));
  if (!chosen) throw new EngineError('NOT_FOUND', `no matching manifest for ${formatPlatform(wanted)} in the manifest list entries`);
  return chosen;
}

/** Layers that one pull fetches at the same time: Docker's own default. */
const parallelLayers = 3;

async function fetchImage(context: ImageContext, pull: Pull, manifest: Manifest): Promise<ImageRecord> {
  checkManifest(manifest);
  using _ = context.holds.hold([manifest.config.digest, ...manifest.layers.map(({ digest }) => digest)]);
  const { options, repository } = pull;
  const known = context.library.row(manifest.config.digest);
  if (known && isWhole(context, known)) return context.library.image(known.id);
  // One that fails stops the others.
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const turns = new Semaphore(parallelLayers);
  const config = fetchConfig(context, repository, { descriptor: manifest.config, signal });
  const layers = manifest.layers.map(async (layer, index): Promise<LayerRow> => {
    const diffIds = config.then((bytes) => checkedDiffIds(bytes, manifest, options));
    return await fetchLayer(context, { repository, layer, index, diffIds, turns, signal, ...(options.onProgress && { onProgress: options.onProgress }) });
  });
  try {
    const rows = await Promise.all(layers);
    return await installImage(context, { config: await config, layers: rows, signal });
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled([config, ...layers]);
    throw options.signal?.aborted ? options.signal.reason : error;
  }
}

/** True while nothing of an image was lost. */
function isWhole({ library, snapshots, content }: ImageContext, row: ImageRow): boolean {
  return library.chainOf(row).every((chain) => snapshots.has(chain)) && row.layers.every(({ blob }) => content.has(blob));
}

function checkManifest({ config, layers }: Manifest): void {
  const types: readonly string[] = [MediaType.ociConfig, MediaType.dockerConfig, 'application/octet-stream', ''];
  if (!types.includes(config.mediaType)) throw new EngineError('INVALID_ARGUMENT', `unsupported media type ${config.mediaType}: this is no container image`);
  const foreign = layers.find(({ mediaType }) => /foreign|nondistributable/.test(mediaType));
  if (foreign) throw new EngineError('NOT_IMPLEMENTED', `layer ${foreign.digest} is not distributable: it would come from a foreign address`);
}

async function fetchConfig(
  { content }: ImageContext,
  repository: RemoteRepository,
  { descriptor, signal }: { readonly descriptor: Descriptor; readonly signal: AbortSignal },
): Promise<Buffer> {
  return content.has(descriptor.digest) ? await content.readBytes(descriptor.digest) : await documentBytes(repository, descriptor, signal);
}

function checkedDiffIds(bytes: Buffer, manifest: Manifest, options: TransferOptions): readonly Digest[] {
  const config = parseConfig(bytes);
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== manifest.layers.length || !diffIds.every(isDigest))
    throw new EngineError('INVALID_ARGUMENT', `layers from manifest don't match image configuration`);
  const wanted = options.platform === undefined ? undefined : parsePlatform(options.platform);
  if (wanted && config.architecture && !platformMatches(wanted, config)) {
    throw new EngineError(
      'NOT_FOUND',
      `image with reference was found but does not provide the specified platform (${formatPlatform(wanted)}): it is for ${formatPlatform(config)}`,
    );
  }
  return diffIds;
}
