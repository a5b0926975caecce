import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import { randomId, systemCode } from '../base/index.ts';
import { removeTree } from '../linux/index.ts';

/** Folders to delete: out of sight at once, deleted behind, one after another. What a killed engine left is deleted by the next. */
export class Trash {
  readonly #folder: string;
  #work: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) this.#delete(join(folder, name));
  }

  /** Takes a folder of the same file system; false where there is none. */
  take(path: string): boolean {
    const target = join(this.#folder, randomId());
    try {
      renameSync(path, target);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    }
    this.#delete(target);
    return true;
  }

  /** Waits until all is deleted. */
  async idle(): Promise<void> {
    await this.#work;
  }

  #delete(path: string): void {
    // A folder that cannot be deleted now, because something in it is still mounted elsewhere, is tried again when the store opens.
    this.#work = this.#work.then(() => removeTree(path)).catch(() => undefined);
  }
}
