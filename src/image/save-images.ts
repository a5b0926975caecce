import { Readable } from 'node:stream';

import type { ContentStore } from '../content/index.ts';
import { digestOf, familiarReference, formatReference, hexOf, isDigest, MediaType, parseReference, repositoryOf, withDefaultTag } from '../oci/index.ts';
import type { Descriptor, Digest, Manifest } from '../oci/index.ts';
import { directoryEntry, fileEntry, writeTar } from '../tar/index.ts';
import type { TarSource } from '../tar/index.ts';
import type { ImageContext } from './context.ts';
import { findImage, isIdPrefix } from './find-image.ts';
import { noSuchImage } from './library.ts';
import type { ImageRow, Library } from './library.ts';

/** One image of a save and the names it is saved with. */
interface SavedImage {
  readonly row: ImageRow;
  readonly names: string[];
}

/** A tar that is docker-archive and OCI layout at once, as Docker 25 and later write it. Same images, same bytes. NOT_FOUND before the first byte. */
export function saveImages(context: ImageContext, references: readonly string[]): Readable {
  const images = imagesOf(context, references);
  const hold = context.holds.hold(images.flatMap(({ row }) => [row.id, ...row.layers.map(({ blob }) => blob)]));
  for (const { row } of images) context.publish({ Action: 'save', id: row.id, attributes: { name: row.id } });
  return writeTar(membersOf(context, images)).once('close', () => hold[Symbol.dispose]());
}

function imagesOf({ library }: ImageContext, references: readonly string[]): readonly SavedImage[] {
  const images = new Map<Digest, SavedImage>();
  for (const text of references) {
    for (const { id, names } of chosenBy(library, text)) {
      const row = library.row(id);
      if (!row) throw noSuchImage(text);
      const image = images.get(id) ?? { row, names: [] };
      images.set(id, image);
      for (const name of names) if (!image.names.includes(name)) image.names.push(name);
    }
  }
  return [...images.values()];
}

/** By id: the image without names. By name: with that name; a repository without tag means all its tags. */
function chosenBy(library: Library, text: string): readonly { readonly id: Digest; readonly names: readonly string[] }[] {
  const prefix = text.includes('@') || isDigest(text) ? '' : repositoryPrefix(text);
  const tagged = prefix === '' ? [] : [...library.names()].filter(([name]) => name.startsWith(prefix));
  if (tagged.length > 0) return tagged.map(([name, id]) => ({ id, names: [name] }));
  const id = findImage(library, text);
  if (!id) throw noSuchImage(text);
  if (isDigest(text) || isIdPrefix(id, text)) return [{ id, names: [] }];
  const reference = parseReference(text);
  return [{ id, names: reference.digest ? [] : [formatReference(withDefaultTag(reference))] }];
}

/** "docker.io/library/busybox:" for a name without tag, else "". */
function repositoryPrefix(text: string): string {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(text)) return '';
  const reference = parseReference(text);
  return reference.tag === undefined && !reference.digest ? `${repositoryOf(reference)}:` : '';
}

async function* membersOf({ content }: ImageContext, images: readonly SavedImage[]): AsyncGenerator<TarSource> {
  yield { entry: directoryEntry('blobs/') };
  yield { entry: directoryEntry('blobs/sha256/') };
  const written = new Set<Digest>();
  const index: Descriptor[] = [];
  for (const image of images) {
    const manifest = manifestOf(content, image.row);
    const bytes = Buffer.from(JSON.stringify(manifest));
    const digest = digestOf(bytes);
    for (const blob of [image.row.id, ...image.row.layers.map((layer) => layer.blob)]) if (!written.has(blob)) yield blobMember(content, blob, written);
    if (!written.has(digest)) yield member(`blobs/sha256/${hexOf(digest)}`, bytes);
    written.add(digest);
    index.push(...indexEntries({ mediaType: manifest.mediaType, digest, size: bytes.length }, image.names));
  }
  yield member('index.json', JSON.stringify({ schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: index }));
  yield member('manifest.json', JSON.stringify(images.map((image) => dockerEntry(image))));
  yield member('oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const repositories = repositoriesOf(images);
  if (Object.keys(repositories).length > 0) yield member('repositories', JSON.stringify(repositories));
}

function manifestOf(content: ContentStore, row: ImageRow): Manifest {
  const descriptor = (mediaType: string, digest: Digest): Descriptor => ({ mediaType, digest, size: content.stat(digest)?.sizeBytes ?? 0 });
  return {
    schemaVersion: 2,
    mediaType: MediaType.ociManifest,
    config: descriptor(MediaType.ociConfig, row.id),
    layers: row.layers.map(({ blob, mediaType }) => descriptor(ociLayerType(mediaType), blob)),
  };
}

function ociLayerType(mediaType: string): string {
  if (mediaType === MediaType.dockerLayer) return MediaType.ociLayer;
  return mediaType === MediaType.dockerLayerGzip ? MediaType.ociLayerGzip : mediaType;
}

function indexEntries(descriptor: Descriptor, names: readonly string[]): readonly Descriptor[] {
  if (names.length === 0) return [descriptor];
  return names.map((name) => ({
    ...descriptor,
    annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': parseReference(name).tag ?? '' },
  }));
}

function dockerEntry({ row, names }: SavedImage): object {
  return {
    Config: `blobs/sha256/${hexOf(row.id)}`,
    RepoTags: names.length === 0 ? null : names.map((name) => familiarReference(parseReference(name))),
    Layers: row.layers.map(({ blob }) => `blobs/sha256/${hexOf(blob)}`),
  };
}

/** The oldest way to name images: {"busybox": {"latest": "<top layer>"}}. */
function repositoriesOf(images: readonly SavedImage[]): Record<string, Record<string, string>> {
  const repositories: Record<string, Record<string, string>> = {};
  for (const { row, names } of images) {
    for (const name of names) {
      const { tag = 'latest', ...repository } = parseReference(name);
      (repositories[familiarReference(repository)] ??= {})[tag] = hexOf(row.layers.at(-1)?.blob ?? row.id);
    }
  }
  return repositories;
}

function blobMember(content: ContentStore, digest: Digest, written: Set<Digest>): TarSource {
  written.add(digest);
  return { entry: fileEntry(`blobs/sha256/${hexOf(digest)}`, content.stat(digest)?.sizeBytes ?? 0), body: content.read(digest) };
}

function member(path: string, contents: string | Buffer): TarSource {
  const body = Buffer.from(contents);
  return { entry: fileEntry(path, body.length), body };
}
