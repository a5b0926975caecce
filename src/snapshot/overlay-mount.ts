import { closeSync, constants, openSync } from 'node:fs';

import { fdPath, mount, MountFlag, openPath } from '../linux/index.ts';

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

function escaped(path: string): string {
  return path.replace(/[\\:,]/g, '\\$&');
}
