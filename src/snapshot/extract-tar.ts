import type { Extracted, ExtractOptions } from './extract.ts';
import { layerThreads } from './worker-pool.ts';

/** How to write out an archive that comes as a stream. */
export interface ExtractTarOptions extends ExtractOptions {
  readonly signal?: AbortSignal;
  /** Bytes of the source taken so far. */
  readonly onProgress?: (sizeBytes: number) => void;
}

/**
 * Writes an archive, plain, gzip or zstd, below an existing folder, in a thread of its own and never outside the folder: links in it are followed as a
 * process sees them whose root it is. Reads `source` to its end. Throws INVALID_ARGUMENT for malformed archives; what was written until then stays.
 */
export async function extractTar(source: AsyncIterable<Uint8Array>, directory: string, options: ExtractTarOptions = {}): Promise<Extracted> {
  const { signal, onProgress, ...extract } = options;
  const result = await layerThreads.run({ kind: 'extract', directory, options: extract, digest: false }, { source, signal, onProgress });
  return result ?? { sizeBytes: 0, entries: 0 };
}
