import { join } from 'node:path';

import { hexOf } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';

/**
 * Where things lie:
 *
 *     ROOT/
 *       blobs/sha256/<64 hex>     whole and verified, mode 0600; came here by rename
 *       ingest/<random>           being written; emptied when the store opens
 *       resume/<key hash>         what came of a broken transfer, until it is tried again
 */
export interface ContentLayout {
  readonly blobs: string;
  readonly ingest: string;
  readonly resume: string;
}

/** The folders under a root. */
export function contentLayout(root: string): ContentLayout {
  return { blobs: join(root, 'blobs', 'sha256'), ingest: join(root, 'ingest'), resume: join(root, 'resume') };
}

/** The file of a blob. Takes only checked digests, so that none can name a path elsewhere. */
export function blobFile(layout: ContentLayout, digest: Digest): string {
  return join(layout.blobs, hexOf(digest));
}
