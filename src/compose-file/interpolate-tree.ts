import { interpolateText, InterpolationError, type InterpolateHooks, type Lookup } from './interpolate-text.ts';
import { fail } from './problem.ts';
import type { Entry, Tree } from './tree.ts';

/** Replaces variables in all values of a tree; names of attributes stay as they are. */
export function interpolateTree(tree: Tree, lookup: Lookup, hooks: InterpolateHooks = {}, path = ''): Tree {
  if (tree.kind === 'scalar') {
    return typeof tree.value === 'string' ? { ...tree, value: interpolateAt(tree.value, tree, lookup, hooks, path) } : tree;
  }
  if (tree.kind === 'list') {
    return { ...tree, items: tree.items.map((item, index) => interpolateTree(item, lookup, hooks, `${path}[${index}]`)) };
  }
  const entries = new Map<string, Entry>();
  for (const [key, { at, value }] of tree.entries) entries.set(key, { at, value: interpolateTree(value, lookup, hooks, path ? `${path}.${key}` : key) });
  return { ...tree, entries };
}

function interpolateAt(text: string, tree: Tree, lookup: Lookup, hooks: InterpolateHooks, path: string): string {
  try {
    return interpolateText(text, lookup, hooks);
  } catch (error) {
    if (error instanceof InterpolationError) fail(tree.at, `${path}: ${error.message}`);
    throw error;
  }
}
