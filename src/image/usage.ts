import type { Digest } from '../oci/index.ts';
import type { ImageContext } from './context.ts';
import type { ImageUsage } from './types.ts';

/** What images hold on disk, and what each shares with others. */
export async function imageUsage({ library, snapshots, content }: ImageContext): Promise<ImageUsage> {
  const users = new Map<Digest, number>();
  const chains = new Map(library.rows().map((row) => [row.id, library.chainOf(row)]));
  for (const chain of [...chains.values()].flat()) users.set(chain, (users.get(chain) ?? 0) + 1);
  const sizeOf = (chain: Digest): number => snapshots.layer(chain)?.sizeBytes ?? 0;
  const shared = new Map(
    [...chains].map(([id, chain]) => [id, chain.filter((layer) => (users.get(layer) ?? 0) > 1).reduce((sum, layer) => sum + sizeOf(layer), 0)]),
  );
  let blobsBytes = 0;
  for await (const { sizeBytes } of content.walk()) blobsBytes += sizeBytes;
  return { layersBytes: [...users.keys()].reduce((sum, chain) => sum + sizeOf(chain), 0), blobsBytes, shared };
}
