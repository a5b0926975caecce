import { list, type Tree } from '../tree.ts';
import { canonicalOf, describe, inside, type Kind, problem, type Scope, wireOf } from './kind.ts';

/** How lists behave. */
export interface ListOptions {
  /** A later list replaces an earlier one instead of adding to it. */
  readonly replace?: boolean;
  /** What makes two items the same; the later one wins, in the place of the earlier. */
  readonly key?: (item: Tree) => string | undefined;
  /** A single value counts as a list of one. */
  readonly single?: boolean;
  /** One written item may stand for several: "9000-9001:90-91". */
  readonly expand?: (item: Tree, scope: Scope) => readonly Tree[];
  /** The value lists items in this order instead of that of the file. */
  readonly sorted?: boolean;
}

/** A list of things of one kind. */
export function listOf(item: Kind, options: ListOptions = {}): Kind {
  return {
    canonical(tree, scope) {
      if (tree.kind !== 'list') {
        if (!options.single || tree.kind === 'map' || tree.value === null) return problem(tree, scope, `must be a list, not ${describe(tree)}`);
        return this.canonical(list([tree], tree.at), scope);
      }
      const items = tree.items.flatMap((child, index) => {
        const place = inside(scope, index);
        const expanded = options.expand ? options.expand(child, place) : [child];
        return expanded.map((one) => canonicalOf(item, one, place));
      });
      return { ...tree, items: unique(items, options.key) };
    },
    merge(base, over) {
      if (base.kind !== 'list' || over.kind !== 'list' || options.replace) return over;
      return { ...over, items: unique([...base.items, ...over.items], options.key) };
    },
    wire: (value, format) => (value as unknown[]).map((one) => wireOf(item, one, format)),
    decode(tree) {
      if (tree.kind !== 'list') return undefined;
      const values = tree.items.map((child) => item.decode(child));
      return options.sorted ? values.toSorted((a, b) => (String(a) < String(b) ? -1 : 1)) : values;
    },
  };
}

/** Texts that are the same are one. */
export function sameText(item: Tree): string | undefined {
  return item.kind === 'scalar' ? String(item.value) : undefined;
}

function unique(items: readonly Tree[], key: ListOptions['key']): readonly Tree[] {
  if (!key) return items;
  const byKey = new Map<string, Tree>();
  for (const [index, item] of items.entries()) byKey.set(key(item) ?? `#${index}`, item);
  return [...byKey.values()];
}
