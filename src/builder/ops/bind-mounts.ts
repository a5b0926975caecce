import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { EngineError, randomId } from '../../base/index.ts';
import type { FileSource, RunMount } from '../definition.ts';
import { DiskTree } from '../source/disk-tree.ts';
import { cleanPath, resolveLinks } from '../source/resolve.ts';
import { selectSources } from '../source/select.ts';
import type { TarTree } from '../source/tar-tree.ts';
import type { StepMount } from '../types.ts';
import type { OpContext } from './op-context.ts';

const WHOLE = { sources: ['.'], exclude: [], parents: false } as const;
const extracted = new WeakMap<TarTree, Promise<string>>();

/** Makes the source of a bind mount appear on the host for one step. `stack` takes it away again; writes to a writable one are lost with it. */
export async function bindMount(mount: Extract<RunMount, { kind: 'bind' }>, context: OpContext, stack: AsyncDisposableStack): Promise<StepMount> {
  const folder = await sourceFolder(mount.from, mount.writable, context, stack);
  const path = resolvedIn(folder, mount.source, mount.from);
  return { target: mount.target, source: { kind: lstatSync(path).isDirectory() ? 'directory' : 'file', path }, readOnly: !mount.writable };
}

/** Fills a new cache mount with the files that its `from` names. */
export async function fillFrom(source: FileSource, path: string, folder: string, context: OpContext): Promise<void> {
  const root = source.kind === 'vertex' ? context.resultOf(source.vertex) : undefined;
  const selection = { ...WHOLE, sources: [path === '/' ? '.' : path] };
  await context.scans.withFiles(source, root, selection, (selected, from) =>
    context.worker.copy({ kind: 'copy', root: folder, destination: '/', selected, source: from }),
  );
}

async function sourceFolder(source: FileSource, writable: boolean, context: OpContext, stack: AsyncDisposableStack): Promise<string> {
  const { snapshots } = context.deps;
  if (source.kind === 'tree') return writable ? await extract(source.tree, context) : await extractedOnce(source.tree, context);
  const { chainId } = context.resultOf(source.vertex);
  const key = `build-${randomId()}`;
  stack.defer(() => snapshots.remove(key));
  if (chainId !== undefined && !writable) return snapshots.view(key, chainId).target;
  const active = snapshots.prepare(key, chainId);
  active.mount();
  return active.target;
}

/** A read-only mount of a context: extracted once for all steps of the build. */
function extractedOnce(tree: TarTree, context: OpContext): Promise<string> {
  const known = extracted.get(tree);
  if (known) return known;
  const done = extract(tree, context);
  extracted.set(tree, done);
  return done;
}

/** Files of a context in a folder of the build, gone with it. */
async function extract(tree: TarTree, context: OpContext): Promise<string> {
  const folder = join(context.scratch, `tree-${randomId().slice(0, 12)}`);
  mkdirSync(folder, { mode: 0o755 });
  await copyTree(tree, folder, context);
  return folder;
}

async function copyTree(tree: TarTree, folder: string, context: OpContext): Promise<void> {
  const { selected } = selectSources(tree, WHOLE);
  const offsets = new Map(
    selected.flatMap(({ entries }) => entries.filter(({ node }) => node.type === 'file').map(({ source }): [string, number] => [source, tree.offset(source)])),
  );
  await context.worker.copy({ kind: 'copy', root: folder, destination: '/', selected, source: { kind: 'spool', file: tree.file, offsets } });
}

/** The real path of a mount's source. Nobody changes these trees while the build runs, so a path without links stays one. */
function resolvedIn(folder: string, source: string, from: FileSource): string {
  const real = resolveLinks(new DiskTree(folder), cleanPath(source));
  if (real === undefined) throw new EngineError('NOT_FOUND', `failed to compute cache key: "/${cleanPath(source)}": not found in ${from.name}`);
  return join(folder, real);
}
