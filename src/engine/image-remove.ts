import type { Filters, ImageDeleteItem, ImagesPruned } from '../api/index.ts';
import type { EngineContext } from './context.ts';

/** Removes a name, or the image with its last one. CONFLICT while containers use it. */
export function removeImage(engine: EngineContext, reference: string, options: { force?: boolean; noPrune?: boolean } = {}): ImageDeleteItem[] {
  return [...engine.images.remove(reference, options)];
}

/** Removes images that no container uses. With `dryRun` it only tells. */
export function pruneImages(engine: EngineContext, filters: Filters, options: { dryRun?: boolean } = {}): ImagesPruned {
  const { removed, reclaimedBytes } = engine.images.prune({ filters, dryRun: options.dryRun ?? false });
  return { ImagesDeleted: removed.length > 0 ? [...removed] : null, SpaceReclaimed: reclaimedBytes };
}
