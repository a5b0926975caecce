import { setTimeout as delay } from 'node:timers/promises';

import { isEngineError, shortId } from '../base/index.ts';
import type { Semaphore } from '../base/index.ts';
import { chainIds } from '../oci/index.ts';
import type { Descriptor, Digest } from '../oci/index.ts';
import type { RemoteRepository } from '../registry/index.ts';
import type { ImageContext } from './context.ts';
import type { LayerRow } from './library.ts';
import { byteProgress, layerStatus } from './progress.ts';
import type { ProgressMessage } from './types.ts';

/** One layer of a pull. */
export interface LayerFetch {
  readonly repository: RemoteRepository;
  readonly layer: Descriptor;
  /** Its place in the stack, bottom first. */
  readonly index: number;
  /** Diff ids of all layers, known when the config came. */
  readonly diffIds: Promise<readonly Digest[]>;
  readonly turns: Semaphore;
  readonly signal: AbortSignal;
  readonly onProgress?: (message: ProgressMessage) => void;
}

/** Tries of one download; each goes on where the last one ended. */
const attempts = 5;

/** Downloads a layer, verifies it, and writes it out as soon as it is there. */
export async function fetchLayer(context: ImageContext, fetch: LayerFetch): Promise<LayerRow> {
  const { layer, index, turns, signal } = fetch;
  const id = shortId(layer.digest);
  const send = (status: string): void => fetch.onProgress?.(layerStatus(id, status));
  const known = context.library.layerWithBlob(layer.digest);
  if (!known) send('Pulling fs layer');
  const diffIds = await fetch.diffIds;
  const diffId = diffIds[index] ?? layer.digest;
  const chain = chainIds(diffIds);
  const [chainId, parent] = [chain[index], chain[index - 1]];
  const row = { diffId, blob: layer.digest, mediaType: layer.mediaType };
  using _ = context.holds.hold(chainId ? [chainId] : []);
  const present = context.content.has(layer.digest);
  if (present && chainId && context.snapshots.has(chainId)) {
    send('Already exists');
    return row;
  }
  if (known) send('Pulling fs layer');
  if (!present) await context.downloads.runOrTakeOver(layer.digest, () => turns.run(() => download(context, fetch, id), signal), signal);
  if (chainId && !context.snapshots.has(chainId)) {
    const onProgress = byteProgress(fetch.onProgress, { id, status: 'Extracting', totalBytes: layer.size });
    await context.snapshots.unpack({
      chainId,
      blobPath: context.content.path(layer.digest),
      onProgress,
      signal,
      ...(parent && { parent }),
      ...(layer.digest !== diffId && { diffId }),
    });
  }
  send('Pull complete');
  return row;
}

async function download(context: ImageContext, fetch: LayerFetch, id: string): Promise<void> {
  const { layer, signal } = fetch;
  for (let attempt = 1; ; attempt++) {
    try {
      await downloadOnce(context, fetch, id);
      break;
    } catch (error) {
      // A refusal stays one; wrong bytes stay wrong. Broken connections are tried again.
      const final =
        isEngineError(error) &&
        ((error.code === 'DATA_LOSS' && !/unexpected EOF/.test(error.message)) ||
          ['NOT_FOUND', 'UNAUTHENTICATED', 'PERMISSION_DENIED', 'INVALID_ARGUMENT'].includes(error.code));
      if (final || signal.aborted || attempt === attempts) throw error;
      fetch.onProgress?.(layerStatus(id, `Retrying in ${attempt} second${attempt === 1 ? '' : 's'}`));
      await delay(attempt * context.retryDelayMs, undefined, { signal });
    }
  }
  fetch.onProgress?.(layerStatus(shortId(layer.digest), 'Download complete'));
}

async function downloadOnce(context: ImageContext, { repository, layer, signal, onProgress }: LayerFetch, id: string): Promise<void> {
  const progress = byteProgress(onProgress, { id, status: 'Downloading', totalBytes: layer.size });
  await using ingest = await context.content.openIngest({ digest: layer.digest, sizeBytes: layer.size, resumeKey: layer.digest, signal, onProgress: progress });
  if (ingest.offset < layer.size || layer.size === 0) {
    const { body, offset } = await repository.fetchBlob(layer.digest, { offset: ingest.offset, signal });
    if (offset !== ingest.offset) await ingest.restart();
    for await (const chunk of body as AsyncIterable<Buffer>) await ingest.write(chunk);
  }
  onProgress?.(layerStatus(id, 'Verifying Checksum'));
  await ingest.commit();
}
