import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { EngineError } from '../../base/index.ts';
import type { Ingredients } from '../cache/ingredients.ts';
import type { CopySource } from '../copy/types.ts';
import type { CopyOp, CopyPart } from '../definition.ts';
import type { SourceNode } from '../source/node.ts';
import type { Selected, Selection } from '../source/select.ts';
import { TarTree } from '../source/tar-tree.ts';
import { openArchive } from './archive.ts';
import type { OpContext, RunningOp } from './op-context.ts';

const WHOLE: Selection = { sources: ['.'], exclude: [], parents: false };

/** What the outcome of a COPY or ADD depends on: the contents it copies, where to, with which owner and mode. */
export async function copyIngredients(op: CopyOp, context: OpContext): Promise<Ingredients> {
  const files = new Map<string, string>();
  const parts: string[] = [];
  for (const part of op.parts) parts.push(await partDigest(op, part, context, files));
  return {
    fields: {
      kind: 'copy',
      ...(op.link ? { link: 'true' } : { parent: context.resultOf(op.base).chainId ?? '' }),
      files: parts.join(' '),
      destination: op.destination,
      ...(op.chown === undefined ? {} : { '--chown': op.chown }),
      ...(op.chmod === undefined ? {} : { '--chmod': op.chmod }),
      ...(op.unpack === 'never' ? {} : { unpack: op.unpack }),
      ...(context.epoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(context.epoch) }),
    },
    files,
  };
}

async function partDigest(op: CopyOp, part: CopyPart, context: OpContext, files: Map<string, string>): Promise<string> {
  if (part.kind === 'inline') return `inline:${createHash('sha256').update(`${part.name}\0${part.data}`).digest('hex')}`;
  if (part.kind === 'url') return `url:${(await context.urls.fetch(part.url, op.checksum)).digest}:${fileNameOf(part.url)}`;
  const root = op.from.kind === 'vertex' ? context.resultOf(op.from.vertex) : undefined;
  const found = await context.scans.digest(op.from, root, part.selection);
  for (const [path, digest] of found.files) files.set(path, digest);
  return `files:${found.digest}`;
}

/** Copies everything into the mounted root file system. */
export async function runCopy(op: CopyOp, context: OpContext, running: RunningOp): Promise<void> {
  for (const part of op.parts) {
    if (part.kind === 'inline') await copyInline(op, part.name, part.data, context, running);
    else if (part.kind === 'url') await copyUrl(op, part.url, context, running);
    else await copySelection(op, part.selection, context, running);
  }
}

async function copySelection(op: CopyOp, selection: Selection, context: OpContext, running: RunningOp): Promise<void> {
  const root = op.from.kind === 'vertex' ? context.resultOf(op.from.vertex) : undefined;
  await context.scans.withFiles(op.from, root, selection, async (selected, source) => {
    const plain: Selected[] = [];
    for (const one of selected) {
      const archive = op.unpack === 'never' ? undefined : await archiveOf(one, source);
      if (archive) await unpack(op, archive, context, running);
      else plain.push(one);
    }
    await place(op, plain, source, context, running);
  });
}

function archiveOf({ entries }: Selected, source: CopySource): Promise<AsyncIterable<Uint8Array> | undefined> {
  const [first] = entries;
  if (first?.node.type !== 'file' || entries.length !== 1) return Promise.resolve(undefined);
  const offset = source.kind === 'spool' ? (source.offsets.get(first.source) ?? 0) : 0;
  const file = source.kind === 'spool' ? source.file : posix.join(source.root, first.source);
  return openArchive(file, { offset, sizeBytes: first.node.sizeBytes });
}

/** An archive's files keep their owners, unless --chown says otherwise. */
async function unpack(op: CopyOp, archive: AsyncIterable<Uint8Array>, context: OpContext, running: RunningOp): Promise<void> {
  using tree = await TarTree.read(archive, context.urls.spoolFile());
  await context.scans.withFiles({ kind: 'tree', tree, name: 'archive' }, undefined, WHOLE, (selected, source) =>
    place({ ...op, destination: op.destination.endsWith('/') ? op.destination : `${op.destination}/` }, selected, source, context, running),
  );
}

async function copyInline(op: CopyOp, name: string, data: string, context: OpContext, running: RunningOp): Promise<void> {
  const bytes = Buffer.from(data);
  const file = context.urls.spoolFile();
  await context.urls.write(file, bytes);
  const node: SourceNode = {
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: context.epoch ?? Math.trunc((context.deps.now?.() ?? Date.now()) / 1000),
    sizeBytes: bytes.length,
  };
  await place(op, [single(name, node)], { kind: 'spool', file, offsets: new Map([[name, 0]]) }, context, running);
}

async function copyUrl(op: CopyOp, url: string, context: OpContext, running: RunningOp): Promise<void> {
  const { file, sizeBytes, mtime } = await context.urls.fetch(url, op.checksum);
  const archive = op.unpack === 'all' ? await openArchive(file, { offset: 0, sizeBytes }) : undefined;
  if (archive) return await unpack(op, archive, context, running);
  const name = fileNameOf(url);
  if (name === '' && op.destination.endsWith('/')) throw new EngineError('INVALID_ARGUMENT', `cannot determine filename for source ${url}`);
  const node: SourceNode = { type: 'file', mode: 0o600, uid: 0, gid: 0, mtime, sizeBytes };
  await place(op, [single(name || 'download', node)], { kind: 'spool', file, offsets: new Map([[name || 'download', 0]]) }, context, running);
}

function fileNameOf(url: string): string {
  const { pathname } = new URL(url);
  try {
    return posix.basename(decodeURIComponent(pathname));
  } catch {
    return posix.basename(pathname); // A stray "%" is part of the name.
  }
}

/** `source` may come with a path, from a stranger even: only its last part becomes a file of the destination. */
function single(source: string, node: SourceNode): Selected {
  const name = posix.basename(source);
  if (name === '' || name === '.' || name === '..') throw new EngineError('INVALID_ARGUMENT', `${JSON.stringify(source)} is no file name`);
  return { name, parents: '', entries: [{ path: '', source, node }] };
}

async function place(op: CopyOp, selected: readonly Selected[], source: CopySource, context: OpContext, { root, signal }: RunningOp): Promise<void> {
  signal.throwIfAborted();
  if (selected.length > 0) await context.worker.copy({ kind: 'copy', root, destination: op.destination, selected, source, chown: op.chown, chmod: op.chmod });
}
