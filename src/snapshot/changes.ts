import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

import { getXattr } from '../linux/index.ts';
import { fsPath } from '../tar/index.ts';
import { isWhiteout } from './confined-root.ts';
import { isOpaque, namesIn } from './diff-walk.ts';
import { lookUp } from './merged-view.ts';
import type { Change } from './types.ts';

/** An upper folder and the stack below it, topmost first. */
export interface ChangeSource {
  readonly upperDir: string;
  readonly lowerDirs: readonly string[];
}

/**
 * What an upper folder changes of the stack below, sorted by path. Files that were copied up but are the same as before do not count;
 * a folder counts when something in it does. Source: moby pkg/archive changes.
 */
export async function changesOf(source: ChangeSource): Promise<readonly Change[]> {
  return await folder(source, { path: '', below: true });
}

interface Place {
  /** "" or "etc/apt" */
  readonly path: string;
  /** False inside a folder that is new or opaque: all in it was added. */
  readonly below: boolean;
}

async function folder(source: ChangeSource, { path, below }: Place): Promise<Change[]> {
  const changes: Change[] = [];
  for (const name of namesIn(join(source.upperDir, path))) changes.push(...(await member(source, { path: path === '' ? name : `${path}/${name}`, below })));
  return changes;
}

async function member(source: ChangeSource, place: Place): Promise<Change[]> {
  const file = join(source.upperDir, place.path);
  const stats = await lstat(fsPath(file));
  const before = place.below ? lookUp(source.lowerDirs, place.path) : undefined;
  const change = (kind: Change['kind']): Change => ({ path: `/${place.path}`, kind });
  if (isWhiteout(stats)) return before ? [change(2)] : [];
  if (!stats.isDirectory()) return before && same(before, { file, stats }) ? [] : [change(before ? 0 : 1)];
  const replaced = before && (isOpaque(file) || !before.stats.isDirectory());
  const inside = await folder(source, { path: place.path, below: before?.stats.isDirectory() === true && !replaced });
  if (replaced && before.stats.isDirectory()) inside.push(...goneFrom(before.file, { file, path: place.path }));
  if (!before) return [change(1), ...inside];
  return inside.length > 0 || !same(before, { file, stats }) ? [change(0), ...inside.sort(byPath)] : [];
}

function goneFrom(beforeDir: string, now: { readonly file: string; readonly path: string }): Change[] {
  const left = new Set(namesIn(now.file));
  return namesIn(beforeDir)
    .filter((name) => !left.has(name))
    .map((name) => ({ path: `/${now.path}/${name}`, kind: 2 }));
}

function byPath(a: Change, b: Change): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function same(before: { readonly file: string; readonly stats: Stats }, now: { readonly file: string; readonly stats: Stats }): boolean {
  const [a, b] = [before.stats, now.stats];
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.rdev !== b.rdev) return false;
  if (!sameCapability(before.file, now.file)) return false;
  return a.isDirectory() || (a.size === b.size && a.mtimeMs === b.mtimeMs);
}

function sameCapability(a: string, b: string): boolean {
  const [first, second] = [a, b].map((file) => getXattr(fsPath(file), 'security.capability')?.toString('hex'));
  return first === second;
}
