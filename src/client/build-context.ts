import { createHash, type Hash } from 'node:crypto';
import { closeSync, existsSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';

import type { ContextListing, ListedFile } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import { ignoreFileNames, parseIgnore } from '../dockerfile/index.ts';
import type { IgnoreRules } from '../dockerfile/index.ts';
import { encodeHeader, endOfArchive, paddingOf } from '../tar/index.ts';
import type { TarEntry } from '../tar/index.ts';
import { ContextMemo } from './context-memo.ts';

/** Where a build's files are. */
export interface BuildContextOptions {
  /** Folder of the context. */
  readonly directory: string;
  /** Path of the Dockerfile, from the current folder or absolute; `directory`/Dockerfile when absent. It may lie outside the context. */
  readonly dockerfile?: string | undefined;
  /** Text of the Dockerfile instead of a file. */
  readonly dockerfileText?: string | undefined;
}

/** A context ready to be sent. */
export interface BuildContext {
  /** Path of the Dockerfile in the tar. */
  readonly dockerfile: string;
  /** The tar; files are read as it is consumed. Links in it are links, owners are root. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The context as a list, where nothing has changed since it was sent the last time. */
  readonly listing?: () => ContextListing | undefined;
}

/** Packs a folder for a build, without what its ignore file leaves out. Throws INVALID_ARGUMENT with the Docker CLI's texts. */
export function openBuildContext(options: BuildContextOptions): BuildContext {
  const directory = folderOf(options.directory);
  const { name, text } = locateDockerfile(directory, options);
  const ignore = readIgnore(directory, name, text === undefined ? undefined : options.dockerfile);
  const injected = new Map<string, string>();
  if (text !== undefined) injected.set(name, text);
  if (text !== undefined && ignore.text !== undefined) injected.set(`${name}.dockerignore`, ignore.text);
  const always = new Set([name, ...ignoreFileNames(name)]);
  const memo = new ContextMemo(directory, name);
  return {
    dockerfile: name,
    body: chunks(directory, { ignore: ignore.rules, always, injected, memo }),
    listing: () => memo.unchanged(walk(directory, '', ignore.rules, always), textsOf(directory, always, injected)),
  };
}

/** What the builder reads of a context: Dockerfile and ignore files. */
function textsOf(directory: string, always: ReadonlySet<string>, injected: ReadonlyMap<string, string>): Record<string, string> {
  const texts = [...always].flatMap((name): [string, string][] => {
    const file = join(directory, name);
    const text = injected.get(name) ?? (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries([...texts, ...injected]);
}

/** A context that holds nothing but a Dockerfile: `build -` with its text on stdin. */
export function openDockerfileOnly(text: string): BuildContext {
  return { dockerfile: 'Dockerfile', body: packed(fileMember('Dockerfile', { mode: 0o600, mtimeMs: 0 }, Buffer.from(text))) };
}

/** Packs a folder as a named context, by its own ignore file. */
export function openNamedContext(directory: string): AsyncIterable<Uint8Array> {
  const folder = folderOf(directory);
  const file = join(folder, '.dockerignore');
  return chunks(folder, { ignore: parseIgnore(existsSync(file) ? readFileSync(file, 'utf8') : ''), always: new Set(), injected: new Map() });
}

function folderOf(directory: string): string {
  if (!existsSync(directory)) throw new EngineError('INVALID_ARGUMENT', `unable to prepare context: path ${JSON.stringify(directory)} not found`);
  if (!statSync(directory).isDirectory())
    throw new EngineError('INVALID_ARGUMENT', `unable to prepare context: path ${JSON.stringify(directory)} must be a directory`);
  return realpathSync(directory);
}

/** A Dockerfile inside the context goes by its path; one from elsewhere is put into the tar under a name of its own. */
function locateDockerfile(directory: string, { dockerfile, dockerfileText }: BuildContextOptions): { name: string; text?: string } {
  if (dockerfileText !== undefined) return { name: ownName('stdin'), text: dockerfileText };
  const path = dockerfile === undefined ? defaultDockerfile(directory) : resolve(dockerfile);
  if (!existsSync(path)) throw new EngineError('INVALID_ARGUMENT', `failed to read dockerfile: open ${basename(path)}: no such file or directory`);
  if (!statSync(path).isFile()) throw new EngineError('INVALID_ARGUMENT', `failed to read dockerfile: ${basename(path)} is no regular file`);
  const inside = relative(directory, realpathSync(path));
  if (inside.startsWith('..') || resolve(inside) === inside || lstatSync(path).isSymbolicLink())
    return { name: ownName(path), text: readFileSync(path, 'utf8') };
  return { name: inside.split(sep).join('/') };
}

function defaultDockerfile(directory: string): string {
  const path = join(directory, 'Dockerfile');
  const lower = join(directory, 'dockerfile');
  return !existsSync(path) && existsSync(lower) ? lower : path;
}

/** The same file gets the same name each time: the engine finds its earlier builds by it. */
function ownName(path: string): string {
  return `.dockerfile.${createHash('sha256').update(path).digest('hex').slice(0, 20)}`;
}

/** The ignore file beside the Dockerfile wins over the context's own. */
function readIgnore(directory: string, name: string, outside: string | undefined): { rules: IgnoreRules; text?: string } {
  const candidates =
    outside === undefined ? ignoreFileNames(name).map((file) => join(directory, file)) : [`${resolve(outside)}.dockerignore`, join(directory, '.dockerignore')];
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) return { rules: parseIgnore('') };
  const text = readFileSync(file, 'utf8');
  return { rules: parseIgnore(text), text };
}

const CHUNK_BYTES = 1 << 20;

/** How a folder is packed. */
interface Packing {
  readonly ignore: IgnoreRules;
  /** Paths that are sent although they are ignored: the builder reads them. */
  readonly always: ReadonlySet<string>;
  /** Files that are not in the folder. */
  readonly injected: ReadonlyMap<string, string>;
  readonly memo?: ContextMemo;
}

function chunks(directory: string, packing: Packing): AsyncGenerator<Uint8Array> {
  return packed(archive(directory, packing));
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
function* walk(directory: string, below: string, ignore: IgnoreRules, always: ReadonlySet<string>): Generator<{ path: string; stats: Stats }> {
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
