import { EngineError } from '../base/index.ts';
import {
  chainIds,
  digestOf,
  familiarReference,
  formatPlatform,
  hostPlatform,
  isDigest,
  isIndex,
  isManifestType,
  parseConfig,
  parseManifest,
  parsePlatform,
  parseReference,
  platformMatches,
  withDefaultTag,
  formatReference,
  isIndexType,
} from '../oci/index.ts';
import type { Descriptor, Digest, Manifest, Platform } from '../oci/index.ts';
import type { ImageContext } from './context.ts';
import { layerRow } from './create-image.ts';
import { installImage } from './install-image.ts';
import { blobPath, readArchive } from './read-archive.ts';
import type { ArchivedLayer, ImageArchive } from './read-archive.ts';
import { setTag } from './tag-image.ts';
import type { ImageRecord, LoadOptions, ProgressMessage } from './types.ts';

/** An image of an archive, whatever its layout. */
interface Found {
  readonly config: Buffer;
  readonly layers: readonly ArchivedLayer[];
  readonly names: readonly string[];
}

/** Takes in the images of a docker-archive or an OCI layout, plain, gzip or zstd. Throws INVALID_ARGUMENT for what is neither. */
export async function loadImages(context: ImageContext, source: AsyncIterable<Uint8Array>, options: LoadOptions = {}): Promise<readonly ImageRecord[]> {
  const { quiet: _, ...following } = options;
  using archive = await readArchive(context, source, options.quiet ? { ...(options.signal && { signal: options.signal }) } : following);
  const found = archive.documents.has('manifest.json')
    ? dockerImages(archive)
    : ociImages(archive, options.platform === undefined ? undefined : parsePlatform(options.platform));
  const loaded: ImageRecord[] = [];
  for (const image of found) loaded.push(await loadOne(context, image, options));
  return loaded;
}

async function loadOne(context: ImageContext, { config, layers, names }: Found, { onProgress, signal }: LoadOptions): Promise<ImageRecord> {
  const diffIds = parseConfig(config).rootfs.diff_ids;
  if (diffIds.length !== layers.length)
    throw new EngineError('INVALID_ARGUMENT', `invalid manifest, layers length mismatch: expected ${layers.length}, got ${diffIds.length}`);
  await commitUnpacked(context, diffIds, layers);
  const rows = await Promise.all(diffIds.map((diffId, index) => layerRow(context, diffId, layers[index]?.blob)));
  const { id } = await installImage(context, { config, layers: rows, signal });
  for (const name of names) nameLoaded(context, id, { name, send: onProgress ?? (() => {}) });
  if (names.length === 0) onProgress?.({ stream: `Loaded image ID: ${id}\n` });
  context.publish({ Action: 'load', id, attributes: { name: id } });
  return context.library.image(id);
}

function nameLoaded(context: ImageContext, id: Digest, { name, send }: { readonly name: string; readonly send: (message: ProgressMessage) => void }): void {
  const reference = withDefaultTag(parseReference(name));
  const familiar = familiarReference(reference);
  const before = context.library.idOf(formatReference(reference));
  if (before && before !== id) send({ stream: `The image ${familiar} already exists, renaming the old one with ID ${before} to empty string\n` });
  setTag(context, id, reference);
  send({ stream: `Loaded image: ${familiar}\n` });
}

/** Puts what was written out while reading in its place. A layer that is not what the config says is left out, and refused when it is unpacked again from its blob. */
async function commitUnpacked({ snapshots }: ImageContext, diffIds: readonly Digest[], layers: readonly ArchivedLayer[]): Promise<void> {
  const chain = chainIds(diffIds);
  for (const [index, layer] of layers.entries()) {
    const [chainId, parent] = [chain[index], chain[index - 1]];
    if (!layer.unpacked || !chainId || snapshots.has(chainId)) continue;
    const unpacked = await layer.unpacked;
    if (unpacked.diffId === diffIds[index]) unpacked.commit(chainId, parent);
  }
}

/** `manifest.json` of `docker save`: [{Config, RepoTags, Layers}], paths in the archive. */
function dockerImages(archive: ImageArchive): readonly Found[] {
  const manifest = parseJson(archive.documents.get('manifest.json'), 'manifest.json');
  if (!Array.isArray(manifest)) throw invalid('manifest.json is no list');
  return manifest.map((entry: unknown) => {
    const { Config, RepoTags, Layers } = (entry ?? {}) as { Config?: unknown; RepoTags?: unknown; Layers?: unknown };
    if (typeof Config !== 'string' || !isTexts(Layers ?? []) || !isTexts(RepoTags ?? [])) throw invalid('manifest.json has an entry without Config and Layers');
    const config = archive.documents.get(archive.resolve(Config));
    if (!config) throw invalid(`${Config} is missing`);
    return { config, layers: ((Layers ?? []) as string[]).map((path) => layerAt(archive, path)), names: (RepoTags ?? []) as string[] };
  });
}

/** `index.json` of an OCI layout: for each entry the image of the wanted platform. */
function ociImages(archive: ImageArchive, wanted: Platform | undefined): readonly Found[] {
  const bytes = archive.documents.get('index.json');
  if (!bytes) throw invalid('it holds neither manifest.json (docker save) nor index.json (OCI layout)');
  const index = parseManifest(bytes);
  if (!isIndex(index)) throw invalid('index.json is no index');
  return index.manifests.flatMap((descriptor) => ociImage(archive, descriptor, wanted));
}

function ociImage(archive: ImageArchive, descriptor: Descriptor, wanted: Platform | undefined): readonly Found[] {
  const manifest = manifestOf(archive, descriptor, wanted);
  if (!manifest) return [];
  const config = documentAt(archive, manifest.config.digest);
  return [{ config, layers: manifest.layers.map(({ digest }) => layerAt(archive, blobPath(digest))), names: namesIn(descriptor) }];
}

/** Goes down to the manifest of one platform; the machine's own where none is asked for. */
function manifestOf(archive: ImageArchive, descriptor: Descriptor, wanted: Platform | undefined): Manifest | undefined {
  if (!isManifestType(descriptor.mediaType) && !isIndexType(descriptor.mediaType)) return undefined;
  const document = parseManifest(documentAt(archive, descriptor.digest), descriptor.mediaType);
  if (!isIndex(document)) return document;
  const images = document.manifests.filter(({ annotations }) => annotations?.['vnd.docker.reference.type'] === undefined);
  const platform = wanted ?? hostPlatform();
  const present = images.filter(({ digest }) => archive.documents.has(blobPath(digest)));
  const chosen =
    present.find((entry) => entry.platform && platformMatches(platform, entry.platform)) ?? (wanted || present.length !== 1 ? undefined : present[0]);
  if (!chosen) throw new EngineError('NOT_FOUND', `no image of the archive is for ${formatPlatform(platform)}`);
  return manifestOf(archive, chosen, wanted);
}

function namesIn({ annotations = {} }: Descriptor): readonly string[] {
  const full = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
  // A bare tag, "latest", says nothing about the repository.
  return full !== undefined && /[:/]/.test(full) && !isDigest(full) ? [full] : [];
}

function documentAt(archive: ImageArchive, digest: Digest): Buffer {
  const bytes = archive.documents.get(blobPath(digest));
  if (!bytes) throw invalid(`blob ${digest} is missing`);
  if (digestOf(bytes) !== digest) throw new EngineError('DATA_LOSS', `invalid archive: blob ${digest} has digest ${digestOf(bytes)}`);
  return bytes;
}

function layerAt(archive: ImageArchive, path: string): ArchivedLayer {
  const layer = archive.layers.get(archive.resolve(path));
  if (!layer) throw invalid(`layer ${path} is missing`);
  return layer;
}

function parseJson(bytes: Buffer | undefined, what: string): unknown {
  try {
    return JSON.parse(bytes?.toString('utf8') ?? '');
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', `invalid archive: ${what} is no JSON`, { cause });
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function invalid(why: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', `invalid archive: ${why}`);
}
