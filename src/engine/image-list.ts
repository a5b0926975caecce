import type { Filters, ImageSummary } from '../api/index.ts';
import type { ImageRecord } from '../image/index.ts';
import type { EngineContext } from './context.ts';
import { imageSummary } from './image-view.ts';

/** Which images to list. */
export interface ImageListOptions {
  readonly all?: boolean;
  readonly filters?: Filters;
  readonly sharedSize?: boolean;
}

/** The answer of `GET /images/json`, newest first. */
export function listImages(engine: EngineContext, options: ImageListOptions = {}): ImageSummary[] {
  const images = engine.images.list({ all: options.all ?? false, filters: options.filters ?? {} });
  const shared = options.sharedSize ? sharedSizes(engine, images) : undefined;
  return images
    .map((image) => imageSummary(image, { shared: shared?.get(image.id) ?? -1, containers: containersOf(engine, image.id) }))
    .sort((a, b) => b.Created - a.Created);
}

/** How many containers were made from an image. */
export function containersOf({ containers }: Pick<EngineContext, 'containers'>, imageId: string): number {
  return containers.all().filter((container) => container.record.imageId === imageId).length;
}

/** Bytes of each image that other images use too. */
export function sharedSizes(engine: Pick<EngineContext, 'snapshots'>, images: readonly ImageRecord[]): Map<string, number> {
  const stacks = images.map((image) => ({ image, chain: chainOf(engine, image.chainId) }));
  const uses = new Map<string, number>();
  for (const { chain } of stacks) for (const { chainId } of chain) uses.set(chainId, (uses.get(chainId) ?? 0) + 1);
  const shared = (chain: ReturnType<typeof chainOf>): number =>
    chain.filter(({ chainId }) => (uses.get(chainId) ?? 0) > 1).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return new Map(stacks.map(({ image, chain }) => [image.id, shared(chain)]));
}

function chainOf({ snapshots }: Pick<EngineContext, 'snapshots'>, top: ImageRecord['chainId']): { chainId: string; sizeBytes: number }[] {
  const layers: { chainId: string; sizeBytes: number }[] = [];
  for (let layer = top === undefined ? undefined : snapshots.layer(top); layer; layer = layer.parent === undefined ? undefined : snapshots.layer(layer.parent))
    layers.push(layer);
  return layers;
}
