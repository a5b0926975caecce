import { readFileSync } from 'node:fs';
import { getSystemErrorMessage } from 'node:util';

import { EngineError, SingleFlight } from '../base/index.ts';
import { mount, umount } from '../linux/index.ts';
import { localMount, withServerAddress } from './local-options.ts';
import type { LocalMount } from './local-options.ts';
import type { VolumeRecord } from './volume-record.ts';

/** Volumes with a file system of their own are mounted while anybody uses them. */
export class VolumeMounts {
  readonly #users = new Map<string, Set<string>>();
  readonly #mounting = new SingleFlight<void>();

  users(name: string): number {
    return this.#users.get(name)?.size ?? 0;
  }

  /** Mounts for the first user; the same user twice counts once. Throws FAILED_PRECONDITION in Docker's words. */
  async mount(record: VolumeRecord, target: string, user: string): Promise<void> {
    const users = this.#users.get(record.name) ?? new Set();
    this.#users.set(record.name, users.add(user));
    const plan = localMount(record.options);
    if (!plan || isMounted(target)) return;
    try {
      await this.#mounting.run(record.name, async () => mountAt(target, await withServerAddress(plan)));
    } catch (error) {
      this.unmount(record.name, target, user);
      throw error;
    }
  }

  unmount(name: string, target: string, user: string): void {
    const users = this.#users.get(name);
    if (!users?.delete(user) || users.size > 0) return;
    this.#users.delete(name);
    this.release(target);
  }

  /** Takes up what an earlier engine mounted: kept for `users`, taken away without any. */
  adopt(record: VolumeRecord, target: string, users: readonly string[]): void {
    if (users.length > 0) this.#users.set(record.name, new Set(users));
    else if (localMount(record.options)) this.release(target);
  }

  release(target: string): void {
    while (isMounted(target)) umount(target, { detach: true });
  }
}

function mountAt(target: string, plan: LocalMount): void {
  try {
    mount({ source: plan.source, target, type: plan.type, flags: plan.flags, data: plan.data });
  } catch (cause) {
    const flags = plan.flags === 0 ? '' : `, flags: 0x${plan.flags.toString(16)}`;
    const data = plan.data === '' ? '' : `, data: ${plan.data}`;
    const text = `failed to mount local volume: mount ${plan.source}:${target}${flags}${data}: ${reasonOf(cause)}`;
    throw new EngineError('FAILED_PRECONDITION', `error while mounting volume '${target}': ${text}`, { cause });
  }
}

function reasonOf(error: unknown): string {
  const errno = typeof error === 'object' && error !== null && 'errno' in error ? Number(error.errno) : 0;
  return errno === 0 ? String(error) : getSystemErrorMessage(-Math.abs(errno));
}

function isMounted(target: string): boolean {
  // Blanks in paths are written as octal escapes there. Source: proc_pid_mountinfo(5).
  const escaped = target.replace(/[\s\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === escaped);
}
