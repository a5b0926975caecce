import type { BuildCacheRecord, DiskUsage, Volume } from '../api/index.ts';
import { volumeUsers } from './container-remove.ts';
import { listContainers } from './container-list.ts';
import type { EngineContext } from './context.ts';
import { listImages } from './image-list.ts';
import { invalid } from './invalid.ts';

const types = new Set(['container', 'image', 'volume', 'build-cache']);

/** The answer of `GET /system/df`; of every type, or only of those asked for. */
export async function diskUsage(
  engine: EngineContext & { readonly buildCache: () => Promise<readonly BuildCacheRecord[]> },
  asked: readonly string[],
): Promise<DiskUsage> {
  for (const type of asked) if (!types.has(type)) throw invalid(`unknown object type: ${type}`);
  const wants = (type: string): boolean => asked.length === 0 || asked.includes(type);
  return {
    ...(wants('image') ? { LayersSize: await layersSize(engine), Images: listImages(engine, { sharedSize: true }) } : {}),
    ...(wants('container') ? { Containers: await listContainers(engine, { all: true, size: true }) } : {}),
    ...(wants('volume') ? { Volumes: await volumesWithUsage(engine) } : {}),
    ...(wants('build-cache') ? { BuildCache: await engine.buildCache() } : {}),
  };
}

/** Every layer once, however many images use it, and the blobs they came as: what `du` counts. */
async function layersSize({ images }: EngineContext): Promise<number> {
  const { layersBytes, blobsBytes } = await images.usage();
  return layersBytes + blobsBytes;
}

async function volumesWithUsage(engine: EngineContext): Promise<NonNullable<DiskUsage['Volumes']>> {
  const volumes = engine.volumes.list().filter(({ Options: options }) => options === null);
  const withUsage = async (volume: (typeof volumes)[number]): Promise<Volume> => {
    const usage = { Size: await engine.volumes.usage(volume.Name), RefCount: volumeUsers(engine, volume.Name).length };
    return { ...volume, UsageData: usage };
  };
  return await Promise.all(volumes.map(withUsage));
}
