import { EngineError } from '../base/index.ts';
import { chainIds, parseConfig } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import type { ImageContext } from './context.ts';
import type { LayerRow } from './library.ts';
import type { ImageRecord } from './types.ts';

/** An image whose config and layer blobs are in the content store, or come there from `config`. */
export interface NewImage {
  readonly config: Uint8Array | string;
  readonly layers: readonly LayerRow[];
  readonly parent?: Digest;
  readonly signal?: AbortSignal | undefined;
}

/** Makes an image known: unpacks the layers that are missing, side by side, then writes its record. Its id is the digest of the config's bytes. */
export async function installImage(context: ImageContext, image: NewImage): Promise<ImageRecord> {
  const { rootfs } = parseConfig(image.config);
  checkLayers(rootfs.diff_ids, image.layers);
  using _ = context.holds.hold([...image.layers.map(({ blob }) => blob), ...chainIds(rootfs.diff_ids)]);
  await unpackLayers(context, image.layers, image.signal);
  const { digest: id } = await context.content.put(image.config);
  const known = context.library.row(id);
  context.library.putImage({ ...known, id, layers: mergeRows(image.layers, known?.layers), ...(image.parent && { parent: image.parent }) });
  return context.library.image(id);
}

/** Unpacks what the snapshotter lacks of a stack. */
export async function unpackLayers({ snapshots, content }: ImageContext, layers: readonly LayerRow[], signal?: AbortSignal): Promise<void> {
  const chain = chainIds(layers.map(({ diffId }) => diffId));
  await Promise.all(
    layers.map(async ({ diffId, blob }, index) => {
      const [chainId, parent] = [chain[index], chain[index - 1]];
      if (chainId === undefined || snapshots.has(chainId)) return;
      // A blob that is the plain tar itself was hashed when it came in.
      await snapshots.unpack({
        chainId,
        blobPath: content.path(blob),
        ...(parent && { parent }),
        ...(blob !== diffId && { diffId }),
        ...(signal && { signal }),
      });
    }),
  );
}

function checkLayers(diffIds: readonly Digest[], layers: readonly LayerRow[]): void {
  const fits = diffIds.length === layers.length && diffIds.every((diffId, index) => layers[index]?.diffId === diffId);
  if (!fits)
    throw new EngineError(
      'INVALID_ARGUMENT',
      `invalid image: its config names ${diffIds.length} layers, its manifest ${layers.length}: layers from manifest don't match image configuration`,
    );
}

/** What is known of a pushed form of a layer stays known. */
function mergeRows(layers: readonly LayerRow[], known: readonly LayerRow[] | undefined): readonly LayerRow[] {
  return layers.map((layer) => ({ ...known?.find(({ blob }) => blob === layer.blob), ...layer }));
}
