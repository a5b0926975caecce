import { lstatSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';

import { fsPath } from '../tar/index.ts';
import { isWhiteout } from './confined-root.ts';
import { isOpaque } from './diff-walk.ts';

/** What a stack of layers shows. */
export interface Found {
  readonly file: string;
  readonly stats: Stats;
}

/** What a path is in a stack of overlay folders, topmost first, without mounting it; undefined where nothing shows. `path` is relative and links in it are not followed. */
export function lookUp(directories: readonly string[], path: string): Found | undefined {
  const parts = path.split('/');
  let below = directories;
  for (let depth = 1; depth <= parts.length; depth++) {
    const { found, rest } = lookUpOne(below, parts.slice(0, depth).join('/'));
    if (!found || depth === parts.length) return found;
    if (!found.stats.isDirectory()) return undefined;
    below = rest;
  }
  return undefined;
}

/** The topmost object of a path, and the folders that still show below it: those it does not hide. */
function lookUpOne(directories: readonly string[], path: string): { readonly found: Found | undefined; readonly rest: readonly string[] } {
  let found: Found | undefined;
  const rest: string[] = [];
  for (const directory of directories) {
    const file = join(directory, path);
    const stats = lstatSync(fsPath(file), { throwIfNoEntry: false });
    if (!stats) continue;
    if (isWhiteout(stats)) break;
    // A file under a folder is hidden by it, and ends what shows.
    if (found && !stats.isDirectory()) break;
    found ??= { file, stats };
    if (!stats.isDirectory()) break;
    rest.push(directory);
    if (isOpaque(file)) break;
  }
  return { found, rest };
}
