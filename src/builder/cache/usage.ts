import type { BuildCacheRecord } from '../../api/index.ts';
import { EngineError, isEngineError } from '../../base/index.ts';
import type { CacheMounts } from '../ops/cache-mounts.ts';
import type { BuilderDependencies } from '../types.ts';
import type { BuildCache, CacheRecord } from './build-cache.ts';

/** A record of the build cache in Docker's words (`BuildCache` of the Engine API). */
export interface CacheUsage extends BuildCacheRecord {
  readonly Type: 'regular' | 'exec.cachemount';
}

export interface CachePruneOptions {
  /** Also what images use; without it, records whose layer is part of an image stay. */
  readonly all?: boolean;
  /** Bytes of cache that stay: the least recently used go first. */
  readonly keepBytes?: number;
  /** `until` (Unix seconds), `id`, `type`, `description`, `inuse`, `shared`, `private`. */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
}

export interface CachePruned {
  readonly ids: readonly string[];
  readonly reclaimedBytes: number;
}

const ID_LENGTH = 25;

/** Steps and cache mounts, the most recently used first. */
export async function cacheUsage(cache: BuildCache, mounts: CacheMounts, deps: BuilderDependencies): Promise<CacheUsage[]> {
  const inImages = imageLayers(deps);
  const records = cache.all();
  const byChain = new Map(records.map((record) => [record.chainId, record.key.slice(0, ID_LENGTH)]));
  const steps = records.map((record) => stepUsage(record, inImages, byChain));
  const folders = mounts.all().map(async (mount): Promise<CacheUsage> => {
    const size = await mounts.sizeBytes(mount.name);
    return {
      ID: mount.name.slice(0, ID_LENGTH + 10),
      Type: 'exec.cachemount',
      Description: `cached mount ${mount.id}`,
      InUse: mounts.inUse(mount.name),
      Shared: false,
      Size: size,
      CreatedAt: mount.created,
      LastUsedAt: mount.lastUsed,
      UsageCount: mount.usageCount,
    };
  });
  return [...steps, ...(await Promise.all(folders))].toSorted((a, b) => (b.LastUsedAt ?? '').localeCompare(a.LastUsedAt ?? ''));
}

function stepUsage(record: CacheRecord, inImages: ReadonlySet<string>, byChain: ReadonlyMap<string, string>): CacheUsage {
  const parent = record.parent === undefined ? undefined : byChain.get(record.parent);
  return {
    ID: record.key.slice(0, ID_LENGTH),
    ...(parent === undefined ? {} : { Parents: [parent] }),
    Type: 'regular',
    Description: record.description,
    InUse: false,
    Shared: inImages.has(record.diffId),
    Size: record.sizeBytes,
    CreatedAt: record.created,
    LastUsedAt: record.lastUsed,
    UsageCount: record.usageCount,
  };
}

/** Deletes records, and what only they kept on disk. Layers that images or running steps use stay where they are. */
export async function pruneCache(cache: BuildCache, mounts: CacheMounts, deps: BuilderDependencies, options: CachePruneOptions): Promise<CachePruned> {
  const usage = await cacheUsage(cache, mounts, deps);
  const matching = usage.filter((record) => !record.InUse && (options.all === true || !record.Shared) && matches(record, options.filters ?? {}));
  let surplus = usage.reduce((sum, { Size }) => sum + Size, 0) - (options.keepBytes ?? 0);
  const ids: string[] = [];
  let reclaimedBytes = 0;
  for (const record of matching.toReversed()) {
    if (options.keepBytes !== undefined && surplus <= 0) break;
    surplus -= record.Size;
    reclaimedBytes += await remove(record, cache, mounts, deps);
    ids.push(record.ID);
  }
  return { ids, reclaimedBytes };
}

async function remove(record: CacheUsage, cache: BuildCache, mounts: CacheMounts, deps: BuilderDependencies): Promise<number> {
  if (record.Type === 'exec.cachemount') {
    const mount = mounts.all().find(({ name }) => name.startsWith(record.ID));
    if (mount) mounts.remove(mount.name);
    return record.Size;
  }
  const step = cache.all().find(({ key }) => key.startsWith(record.ID));
  if (!step) return 0;
  cache.remove(step.key);
  return await dropLayer(step, cache, deps);
}

/** Topmost layers go first; one that others sit on stays until they are gone. */
async function dropLayer(step: CacheRecord, cache: BuildCache, deps: BuilderDependencies): Promise<number> {
  if (imageLayers(deps).has(step.diffId) || cache.retains(step.chainId)) return 0;
  try {
    deps.snapshots.removeLayer(step.chainId);
  } catch (error) {
    if (isEngineError(error, 'FAILED_PRECONDITION') || isEngineError(error, 'NOT_FOUND')) return 0;
    throw error;
  }
  if (!cache.retains(step.blob)) await deps.content.delete(step.blob);
  return step.sizeBytes;
}

function imageLayers({ images }: BuilderDependencies): Set<string> {
  return new Set(images.list({ all: true }).flatMap(({ layers }) => layers));
}

function matches(record: CacheUsage, filters: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.entries(filters).every(([name, values]) => values.some((value) => matchesOne(record, name, value)));
}

function matchesOne(record: CacheUsage, name: string, value: string): boolean {
  switch (name) {
    case 'until':
      return Date.parse(record.LastUsedAt ?? record.CreatedAt) < untilTime(value);
    case 'id':
      return record.ID.startsWith(value);
    case 'type':
      return record.Type === value;
    case 'description':
      return record.Description.includes(value);
    case 'inuse':
      return String(record.InUse) === (value || 'true');
    case 'shared':
      return String(record.Shared) === (value || 'true');
    case 'private':
      return String(!record.Shared) === (value || 'true');
    // What `system prune --filter label=…` sends along: nothing in the cache has a label.
    case 'label':
      return false;
    case 'label!':
      return true;
    default:
      throw new EngineError('INVALID_ARGUMENT', `invalid filter '${name}'`);
  }
}

/** A time, or an age such as "24h" before now, in milliseconds since 1970. */
function untilTime(value: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(value) ?? [];
  const scale: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 };
  if (amount !== undefined && unit !== undefined) return Date.now() - Number(amount) * (scale[unit] ?? 0);
  const time = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(time)) throw new EngineError('INVALID_ARGUMENT', `failed to parse until filter: ${value}`);
  return time;
}
