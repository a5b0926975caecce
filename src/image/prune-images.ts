import { EngineError, isEngineError } from '../base/index.ts';
import type { ImageContext } from './context.ts';
import { acceptor, danglingIds, danglingOf } from './list-images.ts';
import { removeImage } from './remove-image.ts';
import type { PruneOptions, PruneReport, RemovedImage } from './types.ts';

const known = new Set(['dangling', 'label', 'label!', 'until']);

/** Removes images that no container uses: unnamed ones, or with filter dangling=false all. With `dryRun` it only tells what would go. */
export function pruneImages(context: ImageContext, { filters = {}, dryRun = false }: PruneOptions = {}): PruneReport {
  for (const name of Object.keys(filters)) if (!known.has(name)) throw new EngineError('INVALID_ARGUMENT', `invalid filter '${name}'`);
  const onlyDangling = danglingOf(filters) ?? true;
  const accepts = acceptor(context, filters);
  const candidates = (onlyDangling ? danglingIds(context) : context.library.rows().map(({ id }) => id)).filter(
    (id) => context.usersOf(id).length === 0 && accepts(context.library.image(id)),
  );
  if (dryRun) return planned(context, candidates);
  const removed: RemovedImage[] = [];
  let reclaimedBytes = 0;
  for (const id of candidates) {
    // It may be gone by now, as the unnamed parent of another.
    const names = context.library.namesOf(id);
    for (const text of names.length > 0 ? names : context.library.row(id) ? [id] : []) {
      const one = removeQuietly(context, text);
      removed.push(...(one?.removed ?? []));
      reclaimedBytes += one?.reclaimedBytes ?? 0;
    }
  }
  context.publish({ Action: 'prune', id: '', attributes: { reclaimed: String(reclaimedBytes) } });
  return { removed, reclaimedBytes };
}

function removeQuietly(context: ImageContext, text: string): ReturnType<typeof removeImage> | undefined {
  try {
    return removeImage(context, text);
  } catch (error) {
    if (isEngineError(error, 'CONFLICT') || isEngineError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

function planned({ library }: ImageContext, ids: ReturnType<typeof danglingIds>): PruneReport {
  const removed = ids.flatMap((id): RemovedImage[] => [
    ...[...library.image(id).repoTags, ...library.image(id).repoDigests].map((name) => ({ Untagged: name })),
    { Deleted: id },
  ]);
  return { removed, reclaimedBytes: ids.reduce((sum, id) => sum + library.image(id).sizeBytes, 0) };
}
