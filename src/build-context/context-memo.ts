import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, type Stats, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { ContextListing, ListedFile } from '../api/index.ts';
import { randomId, systemCode } from '../base/index.ts';

/** What is remembered of a file: how it is listed, and by which of its times and numbers a change shows. */
type Remembered = readonly [file: ListedFile, changed: number, inode: number];

/** Contexts below these are sent faster than compared. */
const MIN_FILES = 300;
const MIN_BYTES = 1 << 20;
/** A file changed this shortly before it was read may change again without its times showing it. */
const UNSAFE_MS = 1500;

/** Digests of a context's files from the last time it was sent: when nothing has changed since, a list stands for the contents. Kept in the user's cache folder. */
export class ContextMemo {
  readonly #file: string;
  readonly #entries: Remembered[] = [];
  #sizeBytes = 0;

  constructor(directory: string, dockerfile: string) {
    const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
    const name = createHash('sha256').update(`${directory}\0${dockerfile}`).digest('hex').slice(0, 32);
    this.#file = join(cache, 'slipway', 'contexts', `${name}.json`);
  }

  /** Takes down a file that was just read. */
  record(file: ListedFile, stats: Stats): void {
    const safe = Date.now() - stats.ctimeMs > UNSAFE_MS;
    this.#entries.push([file, safe ? stats.ctimeMs : -1, stats.ino]);
    this.#sizeBytes += file[3];
  }

  /** Keeps what was recorded for the next time; a cache that cannot be written is no failure. */
  save(): void {
    if (this.#entries.length < MIN_FILES && this.#sizeBytes < MIN_BYTES) return;
    const temporary = `${this.#file}.${randomId().slice(0, 8)}`;
    try {
      mkdirSync(join(this.#file, '..'), { recursive: true, mode: 0o700 });
      writeFileSync(temporary, JSON.stringify(this.#entries), { mode: 0o600 });
      renameSync(temporary, this.#file);
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
    }
  }

  /** The listing of the files as they are now, where none has changed since the last time; `walk` gives them in the same order as then. */
  unchanged(walk: Iterable<{ path: string; stats: Stats }>, texts: ContextListing['texts']): ContextListing | undefined {
    const before = this.#load();
    if (!before) return undefined;
    let at = 0;
    for (const { path, stats } of walk) {
      const known = before[at++];
      if (!known) return undefined;
      const [[name, , mode, sizeBytes], changed, inode] = known;
      const same =
        name === path && changed === stats.ctimeMs && inode === stats.ino && mode === (stats.mode & 0o7777) && (sizeBytes === stats.size || !stats.isFile());
      if (!same) return undefined;
    }
    return at === before.length ? { texts, files: before.map(([file]) => file) } : undefined;
  }

  #load(): readonly Remembered[] | undefined {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as readonly Remembered[];
    } catch (error) {
      if (systemCode(error) === undefined && !(error instanceof SyntaxError)) throw error;
      return undefined;
    }
  }
}
