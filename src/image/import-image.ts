import { hostPlatform, parsePlatform, parseReference } from '../oci/index.ts';
import type { HistoryEntry, ImageConfig } from '../oci/index.ts';
import { decompress } from '../tar/index.ts';
import { applyChanges } from './apply-changes.ts';
import { timestamp } from './context.ts';
import type { ImageContext } from './context.ts';
import { createImage } from './create-image.ts';
import { byteProgress } from './progress.ts';
import type { ImageRecord, ImportOptions } from './types.ts';

/** Makes an image of one layer out of a file system archive: `docker import`. */
export async function importImage(context: ImageContext, source: AsyncIterable<Uint8Array>, options: ImportOptions = {}): Promise<ImageRecord> {
  if (options.reference !== undefined) parseReference(options.reference);
  const runConfig = applyChanges({}, options.changes ?? []);
  const progress = byteProgress(options.onProgress, { id: '', status: 'Importing', totalBytes: 0 });
  const blob = await context.content.ingest(decompress(source), { onProgress: progress, ...(options.signal && { signal: options.signal }) });
  const created = timestamp(context);
  const history: HistoryEntry = { created, comment: options.message ?? 'Imported from -' };
  const platform = options.platform === undefined ? hostPlatform() : parsePlatform(options.platform);
  const config: ImageConfig = { ...platform, created, config: runConfig, rootfs: { type: 'layers', diff_ids: [blob.digest] }, history: [history] };
  using _ = context.holds.hold([blob.digest]);
  const tags = options.reference === undefined ? [] : [options.reference];
  const image = await createImage(context, { config, layers: [{ diffId: blob.digest, blob: blob.digest }], tags });
  context.publish({ Action: 'import', id: image.id, attributes: { name: options.reference ?? image.id } });
  return image;
}
