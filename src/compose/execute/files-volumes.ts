import type { MountPoint } from '../../api/index.ts';
import { isEngineError } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';
import { label } from '../labels.ts';
import type { ObservedContainer } from '../observe.ts';

/** Mounts of a container that the one in its place goes on with: copied files are copied anew. */
export function withoutFilesVolumes(container: ObservedContainer): MountPoint[] {
  const folders = foldersOf(container);
  return container.mounts.filter(({ Destination }) => !folders.includes(Destination));
}

/**
 * Removes volumes of a container that is gone: those that hold nothing but copied configs and secrets, and with `anonymous` all without
 * a name. The engine itself keeps an anonymous volume that a container took over from the one before it.
 */
export async function removeOrphanVolumes(client: Client, container: ObservedContainer | undefined, anonymous: boolean): Promise<void> {
  if (!container) return;
  const folders = foldersOf(container);
  for (const { Name, Destination, Type } of container.mounts) {
    if (Type !== 'volume' || Name === undefined) continue;
    if (!folders.includes(Destination) && !(anonymous && /^[0-9a-f]{64}$/.test(Name))) continue;
    try {
      await client.volumes.remove(Name, { force: true });
    } catch (error) {
      if (!isEngineError(error, 'NOT_FOUND') && !isEngineError(error, 'CONFLICT')) throw error;
    }
  }
}

function foldersOf({ labels }: ObservedContainer): string[] {
  return (labels[label.filesVolumes] ?? '').split(',').filter(Boolean);
}
