import { EngineError, SingleFlight } from '../base/index.ts';
import { createRegistryClient } from '../registry/index.ts';
import { referencedDigests, sweep } from './collect-garbage.ts';
import type { ImageContext, ImageStoreOptions } from './context.ts';
import { createImage } from './create-image.ts';
import { findImage, resolveImage } from './find-image.ts';
import { imageHistory } from './history.ts';
import { Holds } from './holds.ts';
import { importImage } from './import-image.ts';
import { inspectDistribution } from './inspect-distribution.ts';
import { Library } from './library.ts';
import { listImages } from './list-images.ts';
import { loadImages } from './load-images.ts';
import { pruneImages } from './prune-images.ts';
import { pullImage } from './pull-image.ts';
import { pushImage } from './push-image.ts';
import { removeImage } from './remove-image.ts';
import { saveImages } from './save-images.ts';
import { tagImage } from './tag-image.ts';
import type { ImageStore } from './types.ts';
import { imageUsage } from './usage.ts';

/** The images of an engine: names and configs from its state, layers in its content store and snapshotter. */
export function openImages(options: ImageStoreOptions): ImageStore {
  const context: ImageContext = {
    registry: createRegistryClient(),
    usersOf: () => [],
    retains: () => false,
    publish: () => {},
    now: Date.now,
    retryDelayMs: 1000,
    ...options,
    library: new Library(options),
    holds: new Holds(),
    downloads: new SingleFlight(),
  };
  const { library } = context;
  return {
    resolve: (reference) => library.image(resolveImage(library, reference)),
    find: (reference) => {
      const id = findImage(library, reference);
      return id && library.image(id);
    },
    list: (list) => listImages(context, list),
    tag: (reference, target) => tagImage(context, resolveImage(library, reference), target),
    remove: (reference, remove) => removeImage(context, reference, remove).removed,
    history: (reference) => imageHistory(context, resolveImage(library, reference)),
    create: (image) => createImage(context, image),
    pull: (reference, transfer) => pullImage(context, reference, transfer),
    push: (reference, transfer) => pushImage(context, reference, transfer),
    load: (source, load) => loadImages(context, source, load),
    save: (references) => saveImages(context, references),
    import: (source, imported) => importImage(context, source, imported),
    prune: (prune) => pruneImages(context, prune),
    usage: () => imageUsage(context),
    collect: (collect) => sweep(context, collect),
    isReferenced: (digest) => referencedDigests(context).has(digest),
    lease: (reference) => context.holds.hold([resolveImage(library, reference)]),
    distribution: (reference, transfer) => inspectDistribution(context, reference, transfer),
    search: (term) =>
      Promise.reject(
        new EngineError(
          'UNAVAILABLE',
          `cannot search for "${term}": Slipway has no hub to search in. Pull an image by its whole name, or list the stand-ins with "slipway image bootstrap --list".`,
        ),
      ),
    checkAuth: (auth) => context.registry.checkAuth(auth),
  };
}
