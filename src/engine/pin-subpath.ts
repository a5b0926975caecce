import { closeSync, constants, fstatSync, mkdirSync, openSync, readdirSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomId, systemCode } from '../base/index.ts';
import { bindMount, fdPath, openBeneath, openPath, umount } from '../linux/index.ts';
import type { EngineContext } from './context.ts';

/** The engine's folder for `pinSubpath`: EXEC_ROOT/subpaths. */
export function subpathFolder(engine: Pick<EngineContext, 'settings'>): string {
  return join(engine.settings.execRoot, 'subpaths');
}

/** Where a subpath is kept, and for how long. */
export interface PinPlace {
  /** Folder of the engine for such mounts; made where it is missing. */
  readonly folder: string;
  readonly pins: { defer(onDispose: () => void): void };
}

/**
 * A path to bind what is now at `subpath` of a volume, good until `pins` is disposed: a mount of our own, of what was opened, and not of what
 * has that name when the runtime comes. Who else writes to the volume may put a link to the host there at any moment (CVE-2021-25741).
 */
export function pinSubpath(volume: string, subpath: string, { folder, pins }: PinPlace): string {
  const root = openSync(volume, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const fd = openBeneath(root, subpath, openPath);
    try {
      const place = join(folder, randomId().slice(0, 16));
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (fstatSync(fd).isDirectory()) mkdirSync(place, { mode: 0o700 });
      else writeFileSync(place, '', { flag: 'wx', mode: 0o600 });
      pins.defer(() => drop(place));
      bindMount(fdPath(fd), place, { recursive: true });
      return place;
    } finally {
      closeSync(fd);
    }
  } finally {
    closeSync(root);
  }
}

/** Takes away what a killed engine left. */
export function dropStalePins(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names) drop(join(folder, name));
}

function drop(place: string): void {
  try {
    umount(place, { detach: true });
  } catch (error) {
    if (systemCode(error) !== 'EINVAL') throw error; // Not mounted.
  }
  try {
    rmdirSync(place);
  } catch (error) {
    if (systemCode(error) !== 'ENOTDIR') throw error;
    unlinkSync(place);
  }
}
