import { chainIds } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import type { ImageContext } from './context.ts';
import type { HistoryItem } from './types.ts';

/** The lines of `docker history`, newest first. Only the image itself has an id and tags: intermediate ones are "<missing>". */
export function imageHistory({ library, snapshots }: ImageContext, id: Digest): readonly HistoryItem[] {
  const image = library.image(id);
  const sizes = chainIds(image.layers).map((chain) => snapshots.layer(chain)?.sizeBytes ?? 0);
  const history = image.config.history ?? [];
  let layer = 0;
  const items = history.map((entry): HistoryItem => ({
    id: '<missing>',
    created: entry.created ?? '0001-01-01T00:00:00Z',
    createdBy: entry.created_by ?? '',
    tags: [],
    sizeBytes: entry.empty_layer ? 0 : (sizes[layer++] ?? 0),
    comment: entry.comment ?? '',
  }));
  const [newest, ...older] = items.reverse();
  return newest ? [{ ...newest, id, tags: image.repoTags }, ...older] : [];
}
