import { open } from 'node:fs/promises';

import { EngineError } from '../base/index.ts';
import { MediaType, parseReference, withDefaultTag } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { compressionOf, magicBytes } from '../tar/index.ts';
import type { Compression } from '../tar/index.ts';
import type { ImageContext } from './context.ts';
import { installImage } from './install-image.ts';
import type { LayerRow } from './library.ts';
import { setTag } from './tag-image.ts';
import type { CreateImage, ImageRecord } from './types.ts';

/** Makes an image of layers that are in the stores: the last step of a build or a commit. */
export async function createImage(context: ImageContext, image: CreateImage): Promise<ImageRecord> {
  const tags = (image.tags ?? []).map((tag) => withDefaultTag(parseReference(tag)));
  const layers = await Promise.all(image.layers.map(({ diffId, blob }) => layerRow(context, diffId, blob)));
  const { id } = await installImage(context, { config: JSON.stringify(image.config), layers, ...(image.parent && { parent: image.parent }) });
  for (const tag of tags) setTag(context, id, tag);
  return context.library.image(id);
}

const mediaTypes: Readonly<Record<Compression, string>> = {
  none: MediaType.dockerLayer,
  gzip: MediaType.dockerLayerGzip,
  zstd: MediaType.ociLayerZstd,
  bzip2: MediaType.dockerLayer,
  xz: MediaType.dockerLayer,
};

/** The row of a layer's blob; its media type is told from the blob's first bytes. */
export async function layerRow(context: ImageContext, diffId: Digest, blob?: Digest): Promise<LayerRow> {
  if (blob === undefined) {
    const known = context.library.layerOf(diffId);
    if (known) return known;
    throw new EngineError('FAILED_PRECONDITION', `layer ${diffId} has no blob and is not part of any image`);
  }
  await using file = await open(context.content.path(blob));
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(magicBytes), position: 0 });
  return { diffId, blob, mediaType: mediaTypes[compressionOf(buffer.subarray(0, bytesRead))] };
}
