import { dirname, isAbsolute, resolve } from 'node:path';
import { mergeOf } from '../kinds/kind.ts';
import { service as serviceKind } from '../model/service.ts';
import { nearest } from '../nearest.ts';
import { fail } from '../problem.ts';
import { type Entry, get, type MapTree, textOf, type Tree, withEntry } from '../tree.ts';
import type { FileContext, LoadContext } from './load-context.ts';
import { readDocuments } from './load-file.ts';
import { isRemote, remoteProblem } from './remote.ts';

/** The services that `extends` may name: of this document, and of what was loaded before it. */
interface Source {
  readonly services: ReadonlyMap<string, Entry>;
  readonly file: string;
  readonly where: FileContext;
}

/** Resolves `extends` of all services of a document. */
export function applyExtends(document: MapTree, earlier: MapTree | undefined, file: string, where: FileContext, context: LoadContext): MapTree {
  const services = get(document, 'services');
  if (services?.kind !== 'map') return document;
  const before = get(earlier, 'services');
  const source = { services: new Map([...(before?.kind === 'map' ? before.entries : []), ...services.entries]), file, where };
  const entries = new Map<string, Entry>();
  for (const [name, { at, value }] of services.entries) entries.set(name, { at, value: extended(name, value, source, [], context) });
  return withEntry(document, 'services', { ...services, entries });
}

function extended(name: string, tree: Tree, source: Source, chain: readonly string[], context: LoadContext): Tree {
  const wanted = get(tree, 'extends');
  if (wanted === undefined || tree.kind !== 'map') return tree;
  const here = `${name} in ${source.file}`;
  if (chain.includes(here)) fail(wanted.at, `services.${name}.extends: circular reference: ${[...chain, here].join(' → ')}`);
  const baseName = textOf(get(wanted, 'service')) ?? '';
  const file = textOf(get(wanted, 'file'));
  const from = file === undefined ? source : openSource(file, wanted, source, context);
  const base = from.services.get(baseName);
  if (!base) {
    const near = nearest(baseName, from.services.keys());
    fail(
      wanted.at,
      `services.${name}.extends: cannot extend service "${baseName}" in ${from.file}: service not found${near === undefined ? '' : `; did you mean "${near}"?`}`,
    );
  }
  const complete = extended(baseName, base.value, from, [...chain, here], context);
  return mergeOf(serviceKind, complete, withEntry(tree, 'extends', undefined)) ?? tree;
}

function openSource(file: string, at: Tree, source: Source, context: LoadContext): Source {
  if (isRemote(file)) fail(at.at, `extends: ${remoteProblem(file)}`);
  const path = isAbsolute(file) ? file : resolve(source.where.baseDir, file);
  if (!context.files.exists(path)) fail(at.at, `extends: open ${path}: no such file or directory`);
  const where = { ...source.where, baseDir: dirname(path) };
  const services = new Map<string, Entry>();
  for (const document of readDocuments(path, where, context)) {
    const found = get(document, 'services');
    if (found?.kind === 'map') for (const [name, entry] of found.entries) services.set(name, entry);
  }
  return { services, file: path, where };
}
