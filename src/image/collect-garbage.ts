import { isEngineError } from '../base/index.ts';
import type { Digest } from '../oci/index.ts';
import type { ImageContext } from './context.ts';
import type { ImageRow } from './library.ts';
import type { CollectOptions } from './types.ts';

/** Everything that some image needs: configs, layer blobs, pushed forms, manifests, chain ids. */
export function referencedDigests({ library }: ImageContext): Set<string> {
  const needed = new Set<string>();
  for (const row of library.rows()) {
    needed.add(row.id);
    for (const chain of library.chainOf(row)) needed.add(chain);
    for (const blob of blobsOf(row)) needed.add(blob);
  }
  return needed;
}

/** What `releaseImage` took away. */
export interface Released {
  /** Chain ids, topmost first. */
  readonly layers: readonly Digest[];
  readonly sizeBytes: number;
}

/** Deletes what only a removed image needed. Layers under containers that still live stay until `sweep`. */
export function releaseImage(context: ImageContext, row: ImageRow): Released {
  const needed = referencedDigests(context);
  const free = (digest: Digest): boolean => !needed.has(digest) && !context.holds.has(digest) && !context.retains(digest);
  for (const blob of [row.id, ...blobsOf(row)]) if (free(blob)) void context.content.delete(blob);
  const layers: Digest[] = [];
  let sizeBytes = 0;
  for (const chain of context.library.chainOf(row).toReversed()) {
    const size = context.snapshots.layer(chain)?.sizeBytes ?? 0;
    if (!free(chain) || !removeUnused(context, chain)) break;
    layers.push(chain);
    sizeBytes += size;
  }
  return { layers, sizeBytes };
}

/** Age below which something unreferenced may belong to work that is not finished, a build for example. */
const youngMs = 10 * 60_000;

/** Deletes every layer and blob that nobody needs: what was left under containers, and what a killed engine left. Answers the bytes freed. */
export async function sweep(context: ImageContext, { olderThanMs = youngMs }: CollectOptions = {}): Promise<number> {
  const needed = referencedDigests(context);
  const limit = Date.now() - olderThanMs;
  const free = (digest: Digest, createdAtMs: number): boolean =>
    createdAtMs <= limit && !needed.has(digest) && !context.holds.has(digest) && !context.retains(digest);
  let freed = 0;
  for (let found = true; found;) {
    found = false;
    for (const { chainId, sizeBytes, createdAtMs } of context.snapshots.layers()) {
      if (!context.snapshots.has(chainId) || !free(chainId, createdAtMs) || !removeUnused(context, chainId)) continue;
      freed += sizeBytes;
      found = true;
    }
  }
  for await (const { digest, sizeBytes, createdAtMs } of context.content.walk()) {
    if (!free(digest, createdAtMs)) continue;
    await context.content.delete(digest);
    freed += sizeBytes;
  }
  return freed;
}

function removeUnused({ snapshots }: ImageContext, chain: Digest): boolean {
  try {
    snapshots.removeLayer(chain);
    return true;
  } catch (error) {
    if (isEngineError(error, 'FAILED_PRECONDITION')) return false;
    throw error;
  }
}

function blobsOf(row: ImageRow): readonly Digest[] {
  return [...row.layers.flatMap(({ blob, pushed }) => (pushed ? [blob, pushed.digest] : [blob])), ...(row.manifests ?? [])];
}
