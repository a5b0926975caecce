import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { randomId } from '../base/index.ts';
import { createNetns, removeNetns } from '../linux/index.ts';

/** A namespace that nobody uses yet. Its id is that of the sandbox it will be. */
export interface FreshNetns {
  sandboxId: string;
  path: string;
}

const spare = 4;
const restMs = 20;

/** A few namespaces made in advance: making one takes 0.5 ms, and much longer when another process holds the kernel's rtnl lock. */
export class NetnsPool {
  readonly #dir: string;
  readonly #ready: FreshNetns[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** File of a sandbox's namespace. */
  path(sandboxId: string): string {
    return join(this.#dir, sandboxId.slice(0, 12));
  }

  claim(): FreshNetns {
    const fresh = this.#ready.pop() ?? this.#make();
    this.refill();
    return fresh;
  }

  /** Makes the missing ones, one at a time, while nothing else goes on. */
  refill(): void {
    if (this.#closed || this.#timer || this.#ready.length >= spare) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#closed) return;
      try {
        this.#ready.push(this.#make());
      } catch {
        return; // The next claim makes its own, and tells what is wrong.
      }
      this.refill();
    }, restMs).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { path } of this.#ready.splice(0)) removeNetns(path);
  }

  #make(): FreshNetns {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    const sandboxId = randomId();
    const path = this.path(sandboxId);
    createNetns(path);
    return { sandboxId, path };
  }
}
