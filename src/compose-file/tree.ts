/** A place in a file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `!reset` takes an attribute away, `!override` replaces instead of merging. */
export type MergeTag = 'reset' | 'override';

interface Base {
  readonly at: Position;
  readonly tag?: MergeTag | undefined;
}

/** A single value. `source` is the text of a plain number, so that "1.10" and 0440 can be read as they were written. */
export interface ScalarTree extends Base {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly source?: string | undefined;
}

/** A sequence. */
export interface ListTree extends Base {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

/** One attribute of a mapping; `at` is the place of its key. */
export interface Entry {
  readonly at: Position;
  readonly value: Tree;
}

/** A mapping, in the order of the file. */
export interface MapTree extends Base {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
}

/** YAML that remembers where it came from. Every step of the loading works on it, so that every error can name its place. */
export type Tree = ScalarTree | ListTree | MapTree;

/** A value at a place. */
export function scalar(value: ScalarTree['value'], at: Position): ScalarTree {
  return { kind: 'scalar', value, at };
}

/** A sequence at a place. */
export function list(items: readonly Tree[], at: Position): ListTree {
  return { kind: 'list', items, at };
}

/** A mapping at a place; its keys are all said to be there too. */
export function map(values: Readonly<Record<string, Tree | undefined>>, at: Position): MapTree {
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(values)) if (value) entries.set(key, { at: value.at, value });
  return { kind: 'map', entries, at };
}

/** True for an absent value and for a written null. */
export function isNull(tree: Tree | undefined): boolean {
  return tree === undefined || (tree.kind === 'scalar' && tree.value === null);
}

/** The attribute of a mapping; undefined for other trees. */
export function get(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'map' ? tree.entries.get(key)?.value : undefined;
}

/** The text of a string scalar; undefined for everything else. */
export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : undefined;
}

/** A copy of a mapping with one attribute set, or taken away with undefined. */
export function withEntry(tree: MapTree, key: string, value: Tree | undefined): MapTree {
  const entries = new Map(tree.entries);
  if (value) entries.set(key, { at: entries.get(key)?.at ?? value.at, value });
  else entries.delete(key);
  return { ...tree, entries };
}

/** The text of any scalar, as Go prints it: numbers without trailing zeros, null as "". */
export function scalarText(tree: ScalarTree): string {
  const { value, source } = tree;
  if (value === null) return '';
  if (typeof value === 'number' && source !== undefined && /^[-+]?\d{16,}$/.test(source)) return source;
  return String(value);
}

/** Plain JavaScript values of a tree. */
export function plain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plain);
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plain(value)]));
}

/** "compose.yaml:3:5". */
export function placeText(at: Position): string {
  return `${at.file}:${at.line}:${at.column}`;
}
