import { type Entry, isNull, type Tree } from '../tree.ts';

/** Takes out what is still marked for reset, and empty values. */
export function pruneResets(tree: Tree): Tree {
  if (tree.kind === 'scalar') return tree;
  if (tree.kind === 'list') return { ...tree, items: tree.items.filter((item) => item.tag !== 'reset').map(pruneResets) };
  const entries = new Map<string, Entry>();
  for (const [key, { at, value }] of tree.entries) if (value.tag !== 'reset') entries.set(key, { at, value: isNull(value) ? value : pruneResets(value) });
  return { ...tree, entries };
}
