import { dirname, isAbsolute, resolve } from 'node:path';
import { mergeOf } from '../kinds/kind.ts';
import { projectModel } from '../model/project.ts';
import { fail } from '../problem.ts';
import { get, type MapTree, plain, type Tree, withEntry } from '../tree.ts';
import type { FileContext, LoadContext } from './load-context.ts';
import { loadFile } from './load-file.ts';
import { isRemote, remoteProblem } from './remote.ts';
import { readVariables } from './variables.ts';

const resources = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'];

/** Brings in the files that a document includes. What the document says itself is laid over them; two includes must not declare different things of one name. */
export function applyIncludes(document: MapTree, where: FileContext, context: LoadContext): MapTree {
  const include = get(document, 'include');
  if (include?.kind !== 'list') return document;
  let imported: MapTree | undefined;
  for (const item of include.items) {
    const loaded = loadInclude(item, where, context);
    if (imported) refuseConflicts(imported, loaded, item);
    imported = imported ? (mergeOf(projectModel, imported, loaded) as MapTree) : loaded;
  }
  const own = withEntry(document, 'include', undefined);
  return imported ? (mergeOf(projectModel, imported, own) as MapTree) : own;
}

function loadInclude(item: Tree, where: FileContext, context: LoadContext): MapTree {
  const { path: paths, project_directory: folder, env_file: envFiles } = plain(item) as { path: string[]; project_directory?: string; env_file?: string[] };
  for (const path of paths) if (isRemote(path)) fail(item.at, `include: ${remoteProblem(path)}`);
  const absolute = paths.map((path) => (isAbsolute(path) ? path : resolve(where.baseDir, path)));
  const baseDir = folder === undefined ? dirname(absolute[0] ?? where.baseDir) : resolve(where.baseDir, folder);
  const { variables } = readVariables(
    {},
    (envFiles ?? []).map((file) => resolve(where.baseDir, file)),
    baseDir,
    context.files,
  );
  // What the including project has wins over the include's own env file.
  const inside = { baseDir, lookup: (name: string) => where.lookup(name) ?? variables[name], chain: where.chain };
  let whole: MapTree | undefined;
  for (const path of absolute) {
    const loaded = withEntry(loadFile(path, inside, context), 'name', undefined);
    whole = whole ? (mergeOf(projectModel, whole, loaded) as MapTree) : loaded;
  }
  return whole ?? fail(item.at, 'include: "path" names no file');
}

function refuseConflicts(imported: MapTree, loaded: MapTree, item: Tree): void {
  for (const section of resources) {
    const [before, after] = [get(imported, section), get(loaded, section)];
    if (before?.kind !== 'map' || after?.kind !== 'map') continue;
    for (const [name, { value }] of after.entries) {
      const other = before.entries.get(name);
      if (other && JSON.stringify(plain(other.value)) !== JSON.stringify(plain(value)))
        fail(item.at, `include: ${section}.${name} conflicts with imported resource`);
    }
  }
}
