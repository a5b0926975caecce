import {
  chownSync,
  closeSync,
  constants,
  futimesSync,
  lstatSync,
  lutimesSync,
  lchownSync,
  mkdirSync,
  openSync,
  symlinkSync,
  unlinkSync,
  writeSync,
  chmodSync,
  utimesSync,
  linkSync,
} from 'node:fs';
import { readTar, type TarEntry } from '../../tar/index.ts';
import { ExitError } from '../parse/usage-error.ts';
import { type CopyPlan, renameMember } from './copy-place.ts';

/** How members are written. */
export interface UnpackOptions {
  /** Keep owner and group of the archive; otherwise files are the caller's. */
  readonly keepOwner: boolean;
  /** Told the number of bytes as they arrive. */
  readonly onBytes?: (count: number) => void;
}

/**
 * Writes an archive that came out of a container. Nothing leaves `plan.directory`: names with ".." are refused, links are made but never followed,
 * because whoever wrote the container's files also wrote the archive.
 */
export async function unpack(tar: AsyncIterable<Uint8Array>, plan: CopyPlan, options: UnpackOptions): Promise<void> {
  const writer = new Writer(plan, options);
  for await (const { entry, body } of readTar(tar)) await writer.write(entry, body);
  writer.finish();
}

class Writer {
  readonly #plan: CopyPlan;
  readonly #options: UnpackOptions;
  /** Folders whose times are set last, because writing into them changes them. */
  readonly #folders: { readonly path: string; readonly entry: TarEntry }[] = [];

  constructor(plan: CopyPlan, options: UnpackOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  async write(entry: TarEntry, body: AsyncIterable<Buffer>): Promise<void> {
    const name = this.#safeName(entry.path);
    const path = name === '.' ? this.#plan.directory : `${this.#plan.directory}/${name}`;
    if (name !== '.') this.#makeParents(name);
    switch (entry.type) {
      case 'directory':
        return this.#directory(path, entry, name === '.');
      case 'file':
        return await this.#file(path, entry, body);
      case 'symlink':
        this.#clear(path);
        symlinkSync(entry.linkName ?? '', path);
        this.#own(path, entry, lchownSync);
        return lutimesSync(path, entry.mtime, entry.mtime);
      case 'hardlink':
        return this.#hardLink(path, entry);
      default:
        throw new ExitError(1, `cannot copy ${JSON.stringify(entry.path)}: devices and pipes stay in the container`);
    }
  }

  finish(): void {
    for (const { path, entry } of this.#folders.toReversed()) {
      chmodSync(path, entry.mode & 0o7777);
      utimesSync(path, entry.mtime, entry.mtime);
    }
  }

  #safeName(path: string): string {
    const name = renameMember(path, this.#plan);
    if (name.split('/').includes('..')) throw new ExitError(1, `refusing to write ${JSON.stringify(path)}: it leads out of the destination`);
    return name;
  }

  /** Every folder on the way must be a folder: a link there could lead anywhere. */
  #makeParents(name: string): void {
    const parts = name.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const path = `${this.#plan.directory}/${parts.slice(0, depth).join('/')}`;
      const there = lstatSync(path, { throwIfNoEntry: false });
      if (!there) mkdirSync(path);
      else if (!there.isDirectory()) throw new ExitError(1, `refusing to write through ${JSON.stringify(path)}: it is no folder`);
    }
  }

  #directory(path: string, entry: TarEntry, isRoot: boolean): void {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there && !there.isDirectory() && !isRoot) throw new ExitError(1, `cannot overwrite non-directory ${JSON.stringify(path)} with directory`);
    if (!there) mkdirSync(path, { mode: 0o700 });
    if (isRoot) return;
    this.#own(path, entry, chownSync);
    this.#folders.push({ path, entry });
  }

  async #file(path: string, entry: TarEntry, body: AsyncIterable<Buffer>): Promise<void> {
    this.#clear(path);
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      for await (const chunk of body) {
        writeSync(file, chunk);
        this.#options.onBytes?.(chunk.length);
      }
      futimesSync(file, entry.mtime, entry.mtime);
    } finally {
      closeSync(file);
    }
    this.#own(path, entry, lchownSync);
    chmodSync(path, entry.mode & 0o7777);
  }

  #hardLink(path: string, entry: TarEntry): void {
    const target = this.#safeName(entry.linkName ?? '');
    this.#makeParents(target);
    const source = `${this.#plan.directory}/${target}`;
    if (!lstatSync(source, { throwIfNoEntry: false })?.isFile())
      throw new ExitError(1, `cannot link ${JSON.stringify(entry.path)}: ${JSON.stringify(entry.linkName)} is no file of the archive`);
    this.#clear(path);
    linkSync(source, path);
  }

  #clear(path: string): void {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new ExitError(1, `cannot overwrite directory ${JSON.stringify(path)} with non-directory`);
    if (there) unlinkSync(path);
  }

  #own(path: string, entry: TarEntry, chown: typeof lchownSync): void {
    if (this.#options.keepOwner) chown(path, entry.uid, entry.gid);
  }
}
