import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { readdir, lstat } from 'node:fs/promises';
import { join } from 'node:path';

import { EngineError, randomId, Semaphore } from '../../base/index.ts';
import type { RunMount } from '../definition.ts';
import type { BuildRecords } from '../types.ts';

export type CacheMount = Extract<RunMount, { kind: 'cache' }>;

/** A folder that RUN steps share across builds. */
export interface CacheMountRecord {
  readonly name: string;
  readonly id: string;
  readonly created: string;
  readonly lastUsed: string;
  readonly usageCount: number;
}

/** A cache folder in the hands of one step. */
export interface HeldCacheMount extends Disposable {
  readonly folder: string;
  /** True when nobody has filled it yet. */
  readonly fresh: boolean;
}

/** The folders of `RUN --mount=type=cache`, found by id. Names on disk are digests of ids: an id cannot lead anywhere. */
export class CacheMounts {
  readonly #folder: string;
  readonly #records: BuildRecords<CacheMountRecord>;
  readonly #now: () => number;
  readonly #users = new Map<string, number>();
  readonly #locks = new Map<string, Semaphore>();

  constructor(folder: string, records: BuildRecords<CacheMountRecord>, now: () => number) {
    this.#folder = folder;
    this.#records = records;
    this.#now = now;
  }

  /** Gives the folder of a mount; `locked` ones to one step at a time, `private` ones to nobody else. */
  async hold(mount: CacheMount, signal: AbortSignal): Promise<HeldCacheMount> {
    const lock = mount.sharing === 'locked' ? await this.#lockOf(mount.id).acquire(signal) : undefined;
    const name = this.#nameFor(mount);
    const folder = join(this.#folder, name);
    const fresh = !existsSync(folder);
    if (fresh) this.#make(folder, mount);
    this.#remember(name, mount.id);
    this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
    return {
      folder,
      fresh,
      [Symbol.dispose]: () => {
        this.#users.set(name, (this.#users.get(name) ?? 1) - 1);
        lock?.[Symbol.dispose]();
      },
    };
  }

  all(): CacheMountRecord[] {
    return [...this.#records.all()];
  }

  inUse(name: string): boolean {
    return (this.#users.get(name) ?? 0) > 0;
  }

  remove(name: string): void {
    if (this.inUse(name)) throw new EngineError('FAILED_PRECONDITION', `cache mount ${name} is in use`);
    rmSync(join(this.#folder, name), { recursive: true, force: true });
    this.#records.delete(name);
  }

  /** Bytes of a cache folder's files. */
  async sizeBytes(name: string): Promise<number> {
    const visit = async (folder: string): Promise<number> => {
      let sum = 0;
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) sum += await visit(path);
        else if (entry.isFile()) sum += (await lstat(path)).size;
      }
      return sum;
    };
    return existsSync(join(this.#folder, name)) ? await visit(join(this.#folder, name)) : 0;
  }

  /** A private mount that somebody uses already becomes one more folder. */
  #nameFor({ id, sharing }: CacheMount): string {
    const name = createHash('sha256').update(id).digest('hex').slice(0, 32);
    if (sharing !== 'private' || !this.inUse(name)) return name;
    const twin = [...this.#records.all()].find((record) => record.name.startsWith(`${name}-`) && !this.inUse(record.name));
    return twin?.name ?? `${name}-${randomId().slice(0, 8)}`;
  }

  #lockOf(id: string): Semaphore {
    const lock = this.#locks.get(id) ?? new Semaphore(1);
    this.#locks.set(id, lock);
    return lock;
  }

  #make(folder: string, { mode, uid, gid }: CacheMount): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chownSync(folder, uid, gid);
    chmodSync(folder, mode);
  }

  #remember(name: string, id: string): void {
    const now = new Date(this.#now()).toISOString();
    const known = this.#records.get(name);
    this.#records.put(name, { name, id, created: known?.created ?? now, lastUsed: now, usageCount: (known?.usageCount ?? 0) + 1 });
  }
}
