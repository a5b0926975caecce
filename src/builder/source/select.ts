import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { compileGlob, hasWildcard, ignoreRules, unescapePath } from '../../dockerfile/index.ts';
import type { IgnoreRules } from '../../dockerfile/index.ts';
import type { SourceNode, SourceTree } from './node.ts';
import { cleanPath, resolveLinks } from './resolve.ts';

/** Which files of a tree an instruction copies. */
export interface Selection {
  /** Sources as the instruction has them, expanded: "package*.json". */
  readonly sources: readonly string[];
  readonly exclude: readonly string[];
  /** `--parents`: keep the folders above each source. */
  readonly parents: boolean;
}

/** A file to copy, relative to what was selected: "" is the selected thing itself. */
export interface SelectedEntry {
  readonly path: string;
  /** Where it is in the tree. */
  readonly source: string;
  readonly node: SourceNode;
}

/** One source of an instruction after wildcards and links: a file, or a folder with all that is in it. */
export interface Selected {
  /** Name it gets in a destination folder: "app.ts". */
  readonly name: string;
  /** Folders to make above it, for `--parents`: "src/app". */
  readonly parents: string;
  /** First is the selected thing itself, folders come before what is in them. */
  readonly entries: readonly SelectedEntry[];
}

/** What a selection found, and one digest over all that a copy of it would make: paths, kinds, modes, owners, contents; not times. */
export interface SelectionResult {
  readonly selected: readonly Selected[];
  readonly digest: string;
  /** Contents by path, to explain a cache miss later. */
  readonly digests: ReadonlyMap<string, string>;
  /** Source without wildcard that does not exist. */
  readonly missing?: string;
}

/** Applies a selection to a tree. */
export function selectSources(tree: SourceTree, selection: Selection): SelectionResult {
  const selected: Selected[] = [];
  for (const source of selection.sources) {
    const wild = hasWildcard(source);
    const paths = wild ? wildcardMatches(tree, source, selection.parents) : [cleanPath(unescapePath(source))];
    for (const path of paths) {
      const found = selectOne(tree, path, selection, source);
      if (found) selected.push(found);
      else if (!wild) return { selected, digest: '', digests: new Map(), missing: unescapePath(source) };
    }
  }
  return { selected, ...digestOf(tree, selected) };
}

function selectOne(tree: SourceTree, path: string, selection: Selection, source: string): Selected | undefined {
  const real = resolveLinks(tree, path);
  const node = real === undefined ? undefined : tree.node(real);
  if (real === undefined || !node) return undefined;
  const rules = selection.exclude.length > 0 ? ignoreRules(selection.exclude) : undefined;
  const name = posix.basename(path);
  if (node.type !== 'directory' && rules?.ignores(name)) return { name, parents: '', entries: [] };
  const entries: SelectedEntry[] = [{ path: '', source: real, node }];
  if (node.type === 'directory') collect(tree, real, '', rules, entries);
  const above = selection.parents ? parentsOf(path, node, source) : '';
  return { name, parents: above, entries };
}

/** `--parents` keeps the folders of the path; those before a "/./" in the source are cut off. */
function parentsOf(path: string, node: SourceNode, source: string): string {
  const pivot = source.replace(/^\.\//, '').split('/./');
  const cut = pivot.length > 1 ? cleanPath(pivot[0] ?? '') : '';
  const kept = cut === path ? '' : cut !== '' && path.startsWith(`${cut}/`) ? path.slice(cut.length + 1) : path;
  if (node.type === 'directory') return kept;
  return kept.includes('/') ? posix.dirname(kept) : '';
}

function collect(tree: SourceTree, folder: string, below: string, rules: IgnoreRules | undefined, entries: SelectedEntry[]): void {
  for (const name of tree.names(folder)) {
    const source = folder === '' ? name : `${folder}/${name}`;
    const path = below === '' ? name : `${below}/${name}`;
    const node = tree.node(source);
    if (!node) continue;
    const ignored = rules?.ignores(path) === true;
    if (!ignored) entries.push({ path, source, node });
    if (node.type === 'directory' && (!ignored || rules?.mustDescend)) collect(tree, source, path, rules, entries);
  }
}

/** Paths that match, in order. Folders are walked level by level, so that "src/*" never looks below src. */
function wildcardMatches(tree: SourceTree, pattern: string, doubleStar: boolean): string[] {
  const clean = cleanPattern(pattern);
  if (doubleStar && clean.includes('**')) return deepMatches(tree, clean);
  let paths = [''];
  for (const part of clean.split('/')) {
    const regex = hasWildcard(part) ? compileGlob(part) : undefined;
    paths = paths.flatMap((path) => (regex ? matchingNames(tree, path, regex) : [path === '' ? unescapePath(part) : `${path}/${unescapePath(part)}`]));
  }
  return paths.filter((path) => resolveLinks(tree, path) !== undefined);
}

function matchingNames(tree: SourceTree, path: string, regex: RegExp): string[] {
  const real = resolveLinks(tree, path);
  if (real === undefined || tree.node(real)?.type !== 'directory') return [];
  const names = tree.names(real).filter((name) => regex.test(name));
  return names.map((name) => (path === '' ? name : `${path}/${name}`));
}

function deepMatches(tree: SourceTree, pattern: string): string[] {
  const regex = compileGlob(pattern, { doubleStar: true });
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const name of tree.names(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (regex.test(path)) found.push(path);
      else if (tree.node(path)?.type === 'directory') visit(path);
    }
  };
  visit('');
  return found;
}

function cleanPattern(pattern: string): string {
  return posix.normalize(`/${pattern}`).replace(/^\/+|\/+$/g, '');
}

function digestOf(tree: SourceTree, selected: readonly Selected[]): { digest: string; digests: Map<string, string> } {
  const hash = createHash('sha256');
  const digests = new Map<string, string>();
  for (const { name, parents, entries } of selected) {
    hash.update(`source\0${parents}\0${entries[0]?.node.type === 'directory' ? '' : name}\n`);
    for (const { path, source, node } of entries) {
      const line = `${describe(node, path === '')}\0${node.type === 'file' ? tree.digest(source) : (node.linkName ?? '')}`;
      hash.update(`${path}\0${line}\n`);
      digests.set(source, line);
    }
  }
  return { digest: hash.digest('hex'), digests };
}

/** Mode and owner of a selected folder itself are not copied: its destination has its own. */
function describe(node: SourceNode, isRoot: boolean): string {
  if (isRoot && node.type === 'directory') return 'directory';
  const device = node.device ? `${node.device.major}:${node.device.minor}` : '';
  const xattrs = [...(node.xattrs ?? [])]
    .map(([name, value]) => `${name}=${Buffer.from(value).toString('hex')}`)
    .toSorted()
    .join(',');
  return [node.type, node.type === 'symlink' ? '' : node.mode.toString(8), node.uid, node.gid, device, xattrs].join('\0');
}
