import { type Entry, isNull, type MapTree, map, scalar, scalarText, type Tree } from '../tree.ts';
import { canonicalOf, describe, inside, type Kind, mergeOf, problem, type Scope, wireOf } from './kind.ts';

/** How mappings with free names behave. */
export interface MapOptions {
  /** Names that are allowed; `what` says it in words. */
  readonly names?: { readonly pattern: RegExp; readonly what: string };
  /** A list may be written instead; this gives the name and value of an item. */
  readonly item?: (item: Tree, scope: Scope) => readonly [string, Tree] | undefined;
  /** Names starting with x- are the user's own and not looked at. */
  readonly extensions?: boolean;
}

/** A mapping from free names to things of one kind. Its value has the names in the order of the file. */
export function mapOf(item: Kind, options: MapOptions = {}): Kind {
  const kindOf = (key: string): Kind => (options.extensions && key.startsWith('x-') ? free : item);
  return {
    canonical(tree, scope) {
      const source = tree.kind === 'list' && options.item ? fromList(tree, options.item, scope) : tree;
      if (source.kind !== 'map') return problem(tree, scope, `must be a mapping${options.item ? ' or a list' : ''}, not ${describe(tree)}`);
      const entries = new Map<string, Entry>();
      for (const [key, { at, value }] of source.entries) {
        if (options.names && !options.names.pattern.test(key)) scope.problems.push({ at, message: `${scope.path}: "${key}" is no ${options.names.what}` });
        entries.set(key, { at, value: canonicalOf(kindOf(key), value, inside(scope, key)) });
      }
      return { ...source, entries, tag: tree.tag };
    },
    merge: (base, over) => mergeEntries(base, over, kindOf),
    wire: (value, format) => sortedMap(value as object, (key, one) => wireOf(kindOf(key), one, format)),
    decode(tree) {
      if (tree.kind !== 'map') return undefined;
      return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, isNull(value) ? null : kindOf(key).decode(value)]));
    },
  };
}

/** Lays the attributes of one mapping over another's. */
export function mergeEntries(base: Tree, over: Tree, kindOf: (key: string) => Kind): Tree {
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, { at, value }] of over.entries) {
    const merged = mergeOf(kindOf(key), base.entries.get(key)?.value, value);
    if (merged) entries.set(key, { at, value: merged });
    else entries.delete(key);
  }
  return { ...base, entries };
}

function fromList(tree: Tree & { kind: 'list' }, item: NonNullable<MapOptions['item']>, scope: Scope): MapTree {
  const entries = new Map<string, Entry>();
  for (const [index, child] of tree.items.entries()) {
    const found = item(child, inside(scope, index));
    if (found) entries.set(found[0], { at: child.at, value: found[1] });
  }
  return { ...map({}, tree.at), entries };
}

/** The user's own data: any shape; mappings merge. */
export const free: Kind = {
  canonical: (tree) => tree,
  merge: (base, over) => mergeEntries(base, over, () => free),
  omit: () => false,
  wire(value, format): unknown {
    if (Array.isArray(value)) return value.map((one) => wireOf(free, one, format));
    return typeof value === 'object' && value !== null ? sortedMap(value, (_key, one) => wireOf(free, one, format)) : value;
  },
  decode(tree): unknown {
    if (tree.kind === 'scalar') return tree.value;
    if (tree.kind === 'list') return tree.items.map((child) => free.decode(child));
    return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, free.decode(value)]));
  },
};

/** Names in the order of their bytes, as Go writes its maps. */
export function sortedMap(value: object, wire: (key: string, value: unknown) => unknown): Map<string, unknown> {
  const pairs = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(pairs.map(([key, one]) => [key, wire(key, one)]));
}

/** Splits "name=value" into a pair; a name alone has the value `absent`. */
export function assignment(absent: string | null): NonNullable<MapOptions['item']> {
  return (item, scope) => {
    if (item.kind !== 'scalar') {
      problem(item, scope, `must be a string, not ${describe(item)}`);
      return undefined;
    }
    const word = scalarText(item);
    const equals = word.indexOf('=');
    return equals < 0 ? [word, scalar(absent, item.at)] : [word.slice(0, equals), scalar(word.slice(equals + 1), item.at)];
  };
}
