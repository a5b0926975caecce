import { close, closeSync, constants, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { fdPath, mount, MountFlag, openPath, umount } from '../linux/index.ts';
import type { Fd } from '../linux/index.ts';

/** The folders of one overlay. Without `upperDir` it is read-only. */
export interface Overlay {
  /** Topmost first. */
  readonly lowerDirs: readonly string[];
  readonly upperDir?: string;
  readonly workDir?: string;
}

/** mount(2) takes one page of options. */
const pageBytes = 4096;

/**
 * The options of an overlay as mount(2) takes them. Redirects and metadata-only copies are off, because a layer's folder must be readable by itself;
 * the index is off, because a snapshot may be mounted again while an old mount goes away. Source: kernel Documentation/filesystems/overlayfs.rst.
 */
export function overlayOptions({ lowerDirs, upperDir, workDir }: Overlay): string {
  const writable = upperDir === undefined || workDir === undefined ? '' : `,upperdir=${escaped(upperDir)},workdir=${escaped(workDir)}`;
  return `lowerdir=${lowerDirs.map(escaped).join(':')}${writable},index=off,redirect_dir=off,metacopy=off`;
}

/** Mounts an overlay. Stacks whose paths do not fit the page of options are named by descriptors. */
export function mountOverlay(overlay: Overlay, target: string, options: { readonly readOnly?: boolean; readonly volatile?: boolean } = {}): void {
  // A volatile mount leaves this mark, so that nobody trusts what a crash may have torn. We unmount in order, or throw the snapshot away.
  if (overlay.workDir !== undefined) rmSync(join(overlay.workDir, 'work', 'incompat'), { recursive: true, force: true });
  const flags = options.readOnly === true ? MountFlag.readonly : 0;
  const more = options.volatile === true ? ',volatile' : '';
  const data = overlayOptions(overlay) + more;
  if (Buffer.byteLength(data) < pageBytes) return mount({ source: 'overlay', target, type: 'overlay', flags, data });
  const handles = overlay.lowerDirs.map((directory) => openSync(directory, openPath | constants.O_DIRECTORY));
  try {
    const short = { ...overlay, lowerDirs: handles.map((fd) => fdPath(fd)) };
    mount({ source: 'overlay', target, type: 'overlay', flags, data: overlayOptions(short) + more });
  } finally {
    for (const fd of handles) closeSync(fd);
  }
}

/**
 * Takes an overlay out of sight at once. The kernel flushes its whole upper file system when the last user goes, half a second with a full page cache:
 * a descriptor keeps it until a thread of the pool closes it, so that nobody waits.
 */
export function unmountOverlay(target: string): void {
  const last = openSync(target, openPath | constants.O_DIRECTORY);
  try {
    umount(target, { detach: true });
  } finally {
    flushes = flushes.then(() => closeLater(last));
  }
}

/** One after another, so that they hold one thread of the pool and no more. */
let flushes: Promise<void> = Promise.resolve();

function closeLater(fd: Fd): Promise<void> {
  return new Promise((resolve) => close(fd, () => resolve()));
}

function escaped(path: string): string {
  return path.replace(/[\\:,]/g, '\\$&');
}
