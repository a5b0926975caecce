import { isAbsolute, resolve } from 'node:path';
import { textOf, type Tree } from '../tree.ts';
import { type Kind, type Scope } from './kind.ts';
import { text } from './scalar-kinds.ts';

/** A path of the host; its value is absolute. "~" is the user's home. */
export const path: Kind = { ...text, canonical: (tree, scope) => absolute(text.canonical(tree, scope), scope) };

/** A path, or something that `isOther` says is none: a URL, a name. */
export function pathUnless(isOther: (value: string) => boolean): Kind {
  return {
    ...text,
    canonical: (tree, scope) => {
      const checked = text.canonical(tree, scope);
      return isOther(textOf(checked) ?? '') ? checked : absolute(checked, scope);
    },
  };
}

/** Makes the path of a tree absolute. */
export function absolute(tree: Tree, scope: Scope): Tree {
  const value = textOf(tree);
  return value === undefined || tree.kind !== 'scalar' ? tree : { ...tree, value: absolutePath(value, scope) };
}

/** "~/x" and "./x" as absolute paths; absolute ones and those of a scope without a folder as they are. */
export function absolutePath(value: string, scope: Pick<Scope, 'baseDir' | 'homeDir'>): string {
  if (scope.baseDir === undefined || value === '') return value;
  if (scope.homeDir !== undefined && (value === '~' || value.startsWith('~/'))) return scope.homeDir + value.slice(1);
  return isAbsolute(value) ? value : resolve(scope.baseDir, value);
}
