import { relative } from 'node:path';
import { EngineError, messageOf } from '../../base/index.ts';
import { interpolateTree } from '../interpolate-tree.ts';
import { canonicalOf, mergeOf } from '../kinds/kind.ts';
import { projectModel } from '../model/project.ts';
import { parseYaml } from '../parse-yaml.ts';
import { get, isNull, type MapTree, type Tree, withEntry } from '../tree.ts';
import { applyExtends } from './extends.ts';
import { applyIncludes } from './include.ts';
import type { FileContext, LoadContext } from './load-context.ts';

/** Loads one file into its long form: parsed, interpolated, checked, with what it includes and extends. "-" is standard input. */
export function loadFile(path: string, where: FileContext, context: LoadContext): MapTree {
  if (where.chain.includes(path)) throw new EngineError('INVALID_ARGUMENT', `include cycle detected:\n${[...where.chain, path].join('\n include ')}`);
  const inside = { ...where, chain: [...where.chain, path] };
  let whole: MapTree | undefined;
  for (const document of readDocuments(path, where, context)) {
    const included = applyIncludes(document, inside, context);
    const extended = applyExtends(included, whole, path, inside, context);
    whole = whole ? ((mergeOf(projectModel, whole, extended) ?? whole) as MapTree) : extended;
  }
  return whole ?? { kind: 'map', entries: new Map(), at: { file: shownName(path), line: 1, column: 1 } };
}

/** The documents of a file in their long form, before includes and extends. */
export function readDocuments(path: string, where: FileContext, context: LoadContext): MapTree[] {
  const shown = shownName(path);
  return parseYaml(readText(path, context), shown).map((tree) => canonicalDocument(tree, where, context));
}

function canonicalDocument(tree: Tree, where: FileContext, context: LoadContext): MapTree {
  if (tree.kind !== 'map') {
    if (isNull(tree)) throw new EngineError('INVALID_ARGUMENT', `${tree.at.file}: empty compose file`);
    throw new EngineError('INVALID_ARGUMENT', `${tree.at.file}:${tree.at.line}:${tree.at.column}: top-level object must be a mapping`);
  }
  const ready = context.interpolate ? (interpolateTree(tree, where.lookup, context.hooks) as MapTree) : tree;
  if (get(ready, 'version'))
    context.warn(`${tree.at.file}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`);
  const scope = { path: '', baseDir: context.resolvePaths ? where.baseDir : undefined, homeDir: context.homeDir, problems: context.problems };
  return canonicalOf(projectModel, withEntry(ready, 'version', undefined), scope) as MapTree;
}

function readText(path: string, context: LoadContext): string {
  if (path === '-') return context.files.stdin();
  let text: string | undefined;
  try {
    text = context.files.read(path);
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', messageOf(cause), { cause });
  }
  if (text === undefined) throw new EngineError('NOT_FOUND', `open ${path}: no such file or directory`);
  return text;
}

/** A path as messages show it: relative when that is shorter. */
function shownName(path: string): string {
  if (path === '-') return 'stdin';
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
