import { createHash, type Hash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';

import type { ListedFile } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import type { IgnoreRules } from '../dockerfile/index.ts';
import { encodeHeader, endOfArchive, paddingOf } from '../tar/index.ts';
import type { TarEntry } from '../tar/index.ts';
import type { ContextMemo } from './context-memo.ts';

const CHUNK_BYTES = 1 << 20;

/** How a folder is packed. */
export interface Packing {
  readonly ignore: IgnoreRules;
  /** Paths that are sent although they are ignored: the builder reads them. */
  readonly always: ReadonlySet<string>;
  /** Files that are not in the folder. */
  readonly injected: ReadonlyMap<string, string>;
  readonly memo?: ContextMemo;
}

/** A folder as a tar. */
export function packFolder(directory: string, packing: Packing): AsyncGenerator<Uint8Array> {
  return packed(archive(directory, packing));
}

/** One file as a tar. */
export function packFile(path: string, text: string): AsyncGenerator<Uint8Array> {
  return packed(fileMember(path, { mode: 0o600, mtimeMs: 0 }, Buffer.from(text)));
}

/** The archive in pieces of about a megabyte. Reads block: there is nothing else that this process should do meanwhile but send. */
async function* packed(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for (const piece of pieces) {
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes < CHUNK_BYTES) continue;
    yield Buffer.concat(held, heldBytes);
    held = [];
    heldBytes = 0;
  }
  yield Buffer.concat([...held, endOfArchive]);
}

function* archive(directory: string, { ignore, always, injected, memo }: Packing): Generator<Uint8Array> {
  for (const [path, text] of injected) yield* fileMember(path, { mode: 0o600, mtimeMs: 0 }, Buffer.from(text));
  for (const { path, stats } of walk(directory, '', ignore, always)) yield* member(directory, path, stats, memo);
  memo?.save();
}

/** Every file that is sent, folders before what is in them, in the order of names. Sockets and devices have no place in a context. */
export function* walk(directory: string, below: string, ignore: IgnoreRules, always: ReadonlySet<string>): Generator<{ path: string; stats: Stats }> {
  for (const entry of readdirSync(join(directory, below), { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const wanted = always.has(path) || !ignore.ignores(path);
    const descend = entry.isDirectory() && (wanted || ignore.mustDescend || [...always].some((name) => name.startsWith(`${path}/`)));
    if (wanted && (entry.isFile() || entry.isDirectory() || entry.isSymbolicLink() || entry.isFIFO())) yield { path, stats: lstatSync(join(directory, path)) };
    if (descend) yield* walk(directory, path, ignore, always);
  }
}

function* member(directory: string, path: string, stats: Stats, memo: ContextMemo | undefined): Generator<Uint8Array> {
  const file = join(directory, path);
  const note = (kind: ListedFile[1], value: string): void =>
    memo?.record([path, kind, stats.mode & 0o7777, stats.isFile() ? stats.size : 0, Math.floor(stats.mtimeMs / 1000), value], stats);
  if (stats.isFile()) {
    const hash = memo && createHash('sha256');
    yield* plainFile(file, path, { stats, hash });
    if (hash) note('f', hash.digest('hex'));
  } else if (stats.isDirectory()) {
    note('d', '');
    yield header(path, 'directory', stats);
  } else if (stats.isSymbolicLink()) {
    const linkName = readlinkSync(file);
    note('l', linkName);
    yield header(path, 'symlink', stats, { linkName });
  } else {
    note('p', '');
    yield header(path, 'fifo', stats);
  }
}

function* plainFile(file: string, path: string, { stats, hash }: { stats: Stats; hash: Hash | undefined }): Generator<Uint8Array> {
  if (stats.size <= CHUNK_BYTES) {
    const bytes = readFileSync(file);
    hash?.update(bytes);
    yield* fileMember(path, stats, bytes);
    return;
  }
  yield header(path, 'file', stats, { sizeBytes: stats.size });
  const fd = openSync(file, 'r');
  try {
    for (let left = stats.size; left > 0;) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left));
      const read = readSync(fd, chunk, 0, chunk.length, stats.size - left);
      if (read === 0) throw new EngineError('INVALID_ARGUMENT', `${path} became shorter while it was sent`);
      hash?.update(chunk.subarray(0, read));
      yield chunk.subarray(0, read);
      left -= read;
    }
  } finally {
    closeSync(fd);
  }
  yield Buffer.alloc(paddingOf(stats.size));
}

function* fileMember(path: string, stats: Pick<Stats, 'mode' | 'mtimeMs'>, bytes: Buffer): Generator<Uint8Array> {
  yield header(path, 'file', stats, { sizeBytes: bytes.length });
  yield bytes;
  if (paddingOf(bytes.length) > 0) yield Buffer.alloc(paddingOf(bytes.length));
}

function header(path: string, type: TarEntry['type'], { mode, mtimeMs }: Pick<Stats, 'mode' | 'mtimeMs'>, more: Partial<TarEntry> = {}): Buffer {
  return encodeHeader({
    type,
    path: type === 'directory' ? `${path}/` : path,
    mode: mode & 0o7777,
    uid: 0,
    gid: 0,
    sizeBytes: 0,
    mtime: Math.floor(mtimeMs / 1000),
    ...more,
  });
}
