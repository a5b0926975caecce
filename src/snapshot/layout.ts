import { join } from 'node:path';

import { EngineError } from '../base/index.ts';
import { hexOf } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';

/**
 * Where things lie:
 *
 *     ROOT/
 *       layers/<chain hex>/        a committed layer; came here whole, by rename
 *         layer.json               {parent, sizeBytes, createdAtMs}
 *         fs/                      its own files, whiteouts as overlayfs wants them
 *         init/                    mount points that containers on top of it need; made at first use
 *       active/<key>/              a writable snapshot
 *         parent                   link to the chain hex below; absent without parent
 *         upper/ work/             overlayfs's own
 *         rootfs/                  where it is mounted
 *       empty/                     the lower layer of a snapshot without parent
 *       making/<random>/           a layer or snapshot being made; emptied when the store opens
 *       trash/<random>/            being deleted
 */
export interface SnapshotLayout {
  readonly layers: string;
  readonly active: string;
  readonly empty: string;
  readonly making: string;
  readonly trash: string;
}

/** The folders under a root. */
export function snapshotLayout(root: string): SnapshotLayout {
  const under = (name: string): string => join(root, name);
  return { layers: under('layers'), active: under('active'), empty: under('empty'), making: under('making'), trash: under('trash') };
}

/** The folder of a layer. */
export function layerFolder(layout: SnapshotLayout, chainId: Digest): string {
  return join(layout.layers, hexOf(chainId));
}

/** The folder of an active snapshot. Throws INVALID_ARGUMENT for a key that is no plain name. */
export function activeFolder(layout: SnapshotLayout, key: string): string {
  if (!/^[A-Za-z0-9][\w.-]{0,127}$/.test(key)) throw new EngineError('INVALID_ARGUMENT', `invalid snapshot key: ${JSON.stringify(key)}`);
  return join(layout.active, key);
}
