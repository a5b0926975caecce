import type { Problem } from '../problem.ts';
import { isNull, type Tree } from '../tree.ts';

/** Where a tree is checked: its path for messages, the folder that its relative paths start from, and the list that problems go to. */
export interface Scope {
  /** "services.web.ports[0]". */
  readonly path: string;
  /** Absent: relative paths stay as they are. */
  readonly baseDir: string | undefined;
  readonly homeDir: string | undefined;
  readonly problems: Problem[];
}

/** What an attribute may be. One kind knows how to check it, bring it into its one form, merge it and give its value. */
export interface Kind {
  /** Checks a tree and gives the long form of it; problems are noted in the scope. */
  canonical(tree: Tree, scope: Scope): Tree;
  /** Lays `over` over `base`, both canonical and neither null nor tagged. */
  merge(base: Tree, over: Tree): Tree;
  /** The plain value of a canonical tree. */
  decode(tree: Tree): unknown;
  /** The value as Docker Compose writes it; default: as it is. */
  wire?(value: unknown, format: WireFormat): unknown;
  /** True for values that are not written; default: "", 0, false and empty lists and mappings. */
  omit?(value: unknown, format: WireFormat): boolean;
  /** What JSON has for it even when nothing is said. */
  readonly always?: unknown;
}

/** YAML and JSON as `config` prints them, and the JSON that Docker Compose makes its hashes of, flaws and all. */
export type WireFormat = 'yaml' | 'json' | 'hash';

/** A value of a kind as Docker Compose writes it; mappings become Maps, so that their order holds. */
export function wireOf(kind: Kind, value: unknown, format: WireFormat): unknown {
  if (value === null || value === undefined) return null;
  return kind.wire ? kind.wire(value, format) : value;
}

/** Whether a value is left out. */
export function isOmitted(kind: Kind, value: unknown, format: WireFormat): boolean {
  if (value === undefined) return true;
  if (kind.omit) return kind.omit(value, format);
  return value === null || value === '' || value === 0 || value === false || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** A kind that is written even when it is 0, false or empty. */
export function written(kind: Kind): Kind {
  return { ...kind, omit: () => false };
}

/** The scope of an attribute inside. */
export function inside(scope: Scope, name: string | number): Scope {
  const path = typeof name === 'number' ? `${scope.path}[${name}]` : scope.path ? `${scope.path}.${name}` : name;
  return { ...scope, path };
}

/** Notes a problem at a tree: "services.web.image must be a string". Gives the tree back. */
export function problem(tree: Tree, scope: Scope, message: string): Tree {
  scope.problems.push({ at: tree.at, message: scope.path ? `${scope.path} ${message}` : message });
  return tree;
}

/** Canonical form that keeps what the tags say: what is reset is not looked at. */
export function canonicalOf(kind: Kind, tree: Tree, scope: Scope): Tree {
  if (tree.tag === 'reset') return tree;
  const done = kind.canonical(tree, scope);
  return tree.tag && done.tag !== tree.tag ? { ...done, tag: tree.tag } : done;
}

/** Lays `over` over `base`; undefined when `over` resets it. */
export function mergeOf(kind: Kind, base: Tree | undefined, over: Tree): Tree | undefined {
  if (over.tag === 'reset') return undefined;
  if (over.tag === 'override') return { ...over, tag: undefined };
  if (base === undefined || base.tag === 'reset') return over;
  if (isNull(base)) return over;
  if (isNull(over)) return base.kind === 'scalar' ? over : base;
  return kind.merge(base, over);
}

/** Merging for kinds whose later value takes the place of the earlier. */
export function replaced(_base: Tree, over: Tree): Tree {
  return over;
}

/** What a tree is, in words of a message. */
export function describe(tree: Tree): string {
  if (tree.kind === 'list') return 'a list';
  if (tree.kind === 'map') return 'a mapping';
  if (tree.value === null) return 'null';
  return typeof tree.value === 'string' ? 'a string' : typeof tree.value === 'number' ? 'a number' : 'a boolean';
}
