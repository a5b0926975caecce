import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, write } from 'node:fs';
import { promisify } from 'node:util';

import { CONTEXT_NEEDED } from '../../api/index.ts';
import type { ContextListing, ListedFile } from '../../api/index.ts';
import { EngineError } from '../../base/index.ts';
import { TarParser } from '../../tar/index.ts';
import type { TarEntry } from '../../tar/index.ts';
import type { SourceNode, SourceTree } from './node.ts';
import { cleanPath } from './resolve.ts';

interface FileNode extends SourceNode {
  readonly digest: string;
  /** Where the contents are in the spool file. */
  readonly offset: number;
  identity?: string;
}

interface Folder {
  node: SourceNode;
  readonly names: Map<string, FileNode | SourceNode | Folder>;
}

const SPOOL_CHUNK = 1 << 20;
/** Zeros of sparse files that may come at once: they wait in memory for the next write. A header of a few bytes can claim terabytes. */
const MOST_ZEROS = 256 << 20;
const writeTo = promisify(write);

/**
 * A tar kept as one file of contents beside an index in memory, hashed while it came in. Copying from it needs no extracted files,
 * and a build whose steps are all cached makes none.
 */
export class TarTree implements SourceTree, Disposable {
  /** The spool file with the contents, gone once the tree is disposed. */
  readonly file: string;
  readonly #root: Folder = { node: folderNode(0o755), names: new Map() };
  readonly #fd: number | undefined;
  readonly #texts: ReadonlyMap<string, string>;
  #sizeBytes = 0;
  #entries = 0;
  #open = true;

  private constructor(file: string, texts?: ReadonlyMap<string, string>) {
    this.file = file;
    this.#texts = texts ?? new Map();
    this.#fd = texts ? undefined : openSync(file, 'wx+', 0o600);
  }

  /** A tree of which only digests are known. Asking for contents throws `CONTEXT_NEEDED`. */
  static fromListing({ texts, files }: ContextListing): TarTree {
    const tree = new TarTree('', new Map(Object.entries(texts)));
    for (const file of files) tree.#list(file);
    return tree;
  }

  /** True for a tree without contents. */
  get isListing(): boolean {
    return this.#fd === undefined;
  }

  /** Reads an uncompressed tar to its end. `keep` leaves out what it answers false for. */
  static async read(
    source: AsyncIterable<Uint8Array>,
    spoolFile: string,
    options: { keep?: (path: string) => boolean; onProgress?: (sizeBytes: number) => void } = {},
  ): Promise<TarTree> {
    const tree = new TarTree(spoolFile);
    try {
      await tree.#fill(source, options.onProgress);
      return tree;
    } catch (error) {
      tree[Symbol.dispose]();
      throw error;
    }
  }

  /** Bytes of all file contents. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get entryCount(): number {
    return this.#entries;
  }

  node(path: string): SourceNode | undefined {
    const found = this.#find(path);
    return found && isFolder(found) ? found.node : found;
  }

  names(path: string): readonly string[] {
    const found = this.#find(path);
    return found && isFolder(found) ? [...found.names.keys()].toSorted() : [];
  }

  digest(path: string): string {
    return this.#file(path).digest;
  }

  /** Where a file's contents are in the spool file. */
  offset(path: string): number {
    if (this.#fd === undefined) throw contextNeeded();
    return this.#file(path).offset;
  }

  /** A small file whole; undefined when there is none. */
  text(path: string, limitBytes = 16 << 20): string | undefined {
    if (this.#fd === undefined) return this.#texts.get(path);
    const node = this.#find(path);
    if (!node || isFolder(node) || !isFile(node)) return undefined;
    if (node.sizeBytes > limitBytes) throw new EngineError('INVALID_ARGUMENT', `${path} is larger than ${limitBytes} bytes`);
    const bytes = Buffer.alloc(node.sizeBytes);
    readSync(this.#fd, bytes, 0, bytes.length, node.offset);
    return bytes.toString();
  }

  /** Takes paths out of the tree: what the ignore file excludes. */
  removeWhere(ignored: (path: string) => boolean): void {
    const visit = (folder: Folder, path: string): void => {
      for (const [name, child] of folder.names) {
        const below = path === '' ? name : `${path}/${name}`;
        if (isFolder(child)) visit(child, below);
        if (ignored(below) && !(isFolder(child) && child.names.size > 0)) folder.names.delete(name);
      }
    };
    visit(this.#root, '');
  }

  /** Every path, folders before what is in them. */
  *paths(): Generator<string> {
    function* visit(folder: Folder, path: string): Generator<string> {
      for (const [name, child] of folder.names) {
        const below = path === '' ? name : `${path}/${name}`;
        yield below;
        if (isFolder(child)) yield* visit(child, below);
      }
    }
    yield* visit(this.#root, '');
  }

  [Symbol.dispose](): void {
    if (!this.#open || this.#fd === undefined) return;
    this.#open = false;
    closeSync(this.#fd);
    unlinkSync(this.file);
  }

  #find(path: string): FileNode | SourceNode | Folder | undefined {
    let here: FileNode | SourceNode | Folder | undefined = this.#root;
    if (path === '') return here;
    for (const name of path.split('/')) {
      if (!here || !isFolder(here)) return undefined;
      here = here.names.get(name);
    }
    return here;
  }

  #file(path: string): FileNode {
    const node = this.#find(path);
    if (!node || isFolder(node) || !isFile(node)) throw new EngineError('NOT_FOUND', `no file "${path}" in the build context`);
    return node;
  }

  #list([listed, kind, mode, sizeBytes, mtime, value]: ListedFile): void {
    const type = kind === 'f' ? 'file' : kind === 'd' ? 'directory' : kind === 'l' ? 'symlink' : 'fifo';
    const entry = { type, path: listed, mode, uid: 0, gid: 0, sizeBytes, mtime, ...(kind === 'l' ? { linkName: value } : {}) } as const;
    this.#add(cleanPath(listed), entry, value, this.#sizeBytes);
    this.#sizeBytes += sizeBytes;
  }

  async #fill(source: AsyncIterable<Uint8Array>, onProgress: ((sizeBytes: number) => void) | undefined): Promise<void> {
    const fd = this.#fd;
    if (fd === undefined) throw contextNeeded();
    let pending: Buffer[] = [];
    let pendingBytes = 0;
    let written = 0;
    let current: { path: string; entry: TarEntry; hash: ReturnType<typeof createHash>; offset: number; next: number } | undefined;
    const append = (chunk: Buffer): void => {
      pending.push(Buffer.from(chunk));
      pendingBytes += chunk.length;
      this.#sizeBytes += chunk.length;
    };
    const zeros = (count: number): void => {
      if (pendingBytes + count > MOST_ZEROS)
        throw new EngineError('INVALID_ARGUMENT', `${JSON.stringify(current?.path)} has holes of more than ${MOST_ZEROS} bytes`);
      for (let left = count; left > 0; left -= 65_536) {
        const hole = Buffer.alloc(Math.min(left, 65_536));
        current?.hash.update(hole);
        append(hole);
      }
    };
    const parser = new TarParser({
      entry: (entry) => {
        current = { path: cleanPath(entry.path), entry, hash: createHash('sha256'), offset: this.#sizeBytes, next: 0 };
      },
      data: (chunk, offset) => {
        if (!current) return;
        zeros(offset - current.next);
        current.hash.update(chunk);
        append(chunk);
        current.next = offset + chunk.length;
      },
      end: () => {
        if (!current) return;
        if (current.entry.type === 'file') zeros(current.entry.sizeBytes - current.next);
        this.#add(current.path, current.entry, current.hash.digest('hex'), current.offset);
        current = undefined;
      },
    });
    const flush = async (): Promise<void> => {
      const bytes = pending.length === 1 ? pending[0] : Buffer.concat(pending);
      pending = [];
      pendingBytes = 0;
      if (bytes) for (let at = 0; at < bytes.length;) at += (await writeTo(fd, bytes, at, bytes.length - at, written + at)).bytesWritten;
      written += bytes?.length ?? 0;
    };
    let received = 0;
    for await (const chunk of source) {
      parser.write(chunk);
      received += chunk.length;
      onProgress?.(received);
      if (pendingBytes >= SPOOL_CHUNK) await flush();
    }
    parser.finish();
    await flush();
  }

  #add(path: string, entry: TarEntry, digest: string, offset: number): void {
    if (path === '') return;
    this.#entries++;
    const cut = path.lastIndexOf('/');
    const folder = this.#folder(cut < 0 ? '' : path.slice(0, cut));
    const name = path.slice(cut + 1);
    const base = {
      mode: entry.mode & 0o7777,
      uid: entry.uid,
      gid: entry.gid,
      mtime: entry.mtime,
      sizeBytes: entry.sizeBytes,
      ...(entry.xattrs ? { xattrs: entry.xattrs } : {}),
    };
    switch (entry.type) {
      case 'directory': {
        const existing = folder.names.get(name);
        const node: SourceNode = { ...base, type: 'directory' };
        if (existing && isFolder(existing)) existing.node = node;
        else folder.names.set(name, { node, names: new Map() });
        return;
      }
      case 'hardlink': {
        const target = this.#find(cleanPath(entry.linkName ?? ''));
        if (!target || isFolder(target))
          throw new EngineError('INVALID_ARGUMENT', `hard link "${entry.path}" to "${entry.linkName}", which the archive does not have`);
        if (isFile(target)) target.identity ??= `${this.file}:${target.offset}`;
        folder.names.set(name, target);
        return;
      }
      case 'symlink':
        folder.names.set(name, { ...base, type: 'symlink', sizeBytes: 0, linkName: entry.linkName ?? '' });
        return;
      case 'file':
        folder.names.set(name, { ...base, type: 'file', digest, offset });
        return;
      case 'character':
      case 'block':
        folder.names.set(name, { ...base, type: entry.type, device: { major: entry.deviceMajor ?? 0, minor: entry.deviceMinor ?? 0 } });
        return;
      case 'fifo':
        folder.names.set(name, { ...base, type: 'fifo' });
    }
  }

  /** The folder of a path; those that the archive did not name itself are made with mode 0755. */
  #folder(path: string): Folder {
    let here = this.#root;
    if (path === '') return here;
    for (const name of path.split('/')) {
      const next = here.names.get(name);
      if (next && isFolder(next)) here = next;
      else {
        const made: Folder = { node: folderNode(0o755), names: new Map() };
        here.names.set(name, made);
        here = made;
      }
    }
    return here;
  }
}

/** The answer to a client that sent a listing, when contents are needed after all. */
export function contextNeeded(): EngineError {
  return new EngineError('CONFLICT', CONTEXT_NEEDED);
}

function isFolder(node: FileNode | SourceNode | Folder): node is Folder {
  return 'names' in node;
}

function isFile(node: FileNode | SourceNode): node is FileNode {
  return node.type === 'file';
}

function folderNode(mode: number): SourceNode {
  return { type: 'directory', mode, uid: 0, gid: 0, mtime: 0, sizeBytes: 0 };
}
