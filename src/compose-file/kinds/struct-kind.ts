import { nearest } from '../nearest.ts';
import { type Entry, map, type Tree } from '../tree.ts';
import { canonicalOf, describe, inside, isOmitted, type Kind, problem, type Scope, wireOf } from './kind.ts';
import { free, mergeEntries } from './map-kind.ts';

/** How a mapping with known names behaves. */
export interface StructOptions {
  /** Names that must be there. */
  readonly required?: readonly string[];
  /** The long form of a value that is written as a single text. */
  readonly short?: (tree: Tree & { kind: 'scalar' }, scope: Scope) => Tree;
  /** Names that Docker Compose spells differently in its hashes. */
  readonly hashNames?: Readonly<Record<string, string>>;
  /** What is added or corrected in the canonical form. */
  readonly finish?: (tree: Tree, scope: Scope) => Tree;
}

/** A kind whose attributes are known by name. */
export interface StructKind extends Kind {
  readonly fields: Readonly<Record<string, Kind>>;
}

/** A mapping whose names are known; others are problems that name the nearest one. Its value has the names in the order of `fields`. */
export function struct(fields: Readonly<Record<string, Kind>>, options: StructOptions = {}): StructKind {
  const kindOf = (key: string): Kind => (key.startsWith('x-') ? free : (fields[key] ?? free));
  return {
    fields,
    canonical(tree, scope) {
      const long = tree.kind === 'scalar' && options.short && tree.value !== null ? options.short(tree, scope) : tree;
      if (long.kind !== 'map') return problem(tree, scope, `must be a mapping${options.short ? ' or a string' : ''}, not ${describe(tree)}`);
      const entries = new Map<string, Entry>();
      for (const [key, { at, value }] of long.entries) {
        if (!key.startsWith('x-') && !(key in fields)) scope.problems.push({ at, message: unknownText(scope.path, key, Object.keys(fields)) });
        // An attribute without a value says nothing; where null means something its kind says so.
        else entries.set(key, { at, value: canonicalOf(kindOf(key), value, inside(scope, key)) });
      }
      for (const name of options.required ?? []) if (!long.entries.has(name)) problem(tree, scope, `must have "${name}"`);
      const done = { ...long, entries };
      return options.finish ? options.finish(done, scope) : done;
    },
    merge: (base, over) => mergeEntries(base, over, kindOf),
    omit: () => false,
    wire(value, format) {
      const out = new Map<string, unknown>();
      const given = value as Readonly<Record<string, unknown>>;
      for (const [key, kind] of Object.entries(fields)) {
        const name = format === 'hash' ? (options.hashNames?.[key] ?? key) : key;
        if (given[key] === undefined && kind.always !== undefined && format !== 'yaml') out.set(name, kind.always);
        else if (!isOmitted(kind, given[key], format)) out.set(name, wireOf(kind, given[key], format));
      }
      if (format === 'yaml') for (const key of Object.keys(given)) if (key.startsWith('x-')) out.set(key, wireOf(free, given[key], format));
      return out;
    },
    decode(tree) {
      if (tree.kind !== 'map') return undefined;
      const known = Object.keys(fields).filter((key) => tree.entries.has(key));
      const own = [...tree.entries.keys()].filter((key) => key.startsWith('x-'));
      const values = [...known, ...own].map((key) => [key, decoded(kindOf(key), tree.entries.get(key)?.value)] as const);
      return Object.fromEntries(values.filter(([, value]) => value !== undefined));
    },
  };
}

/** A part that Go keeps as a value: JSON always has it, as `empty` when nothing is in it; YAML has it only when something is. */
export function valueStruct(kind: StructKind, empty: ReadonlyMap<string, unknown> = new Map()): StructKind {
  return { ...kind, always: empty, omit: (value, format) => format === 'yaml' && Object.keys(value as object).length === 0 };
}

/** Adds attributes that are not there. */
export function withDefaults(tree: Tree, defaults: Readonly<Record<string, Tree>>): Tree {
  if (tree.kind !== 'map') return tree;
  const missing = [...map(defaults, tree.at).entries].filter(([key]) => !tree.entries.has(key));
  return missing.length ? { ...tree, entries: new Map([...tree.entries, ...missing]) } : tree;
}

function decoded(kind: Kind, tree: Tree | undefined): unknown {
  if (tree === undefined || tree.tag === 'reset') return undefined;
  if (tree.kind === 'scalar' && tree.value === null) return undefined;
  return kind.decode(tree);
}

function unknownText(path: string, key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  const where = path ? `${path}: ` : '';
  return `${where}unknown attribute "${key}"${near === undefined ? '' : `: did you mean "${near}"?`}`;
}
