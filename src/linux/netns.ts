import { rmSync } from 'node:fs';
import { systemCode } from '../base/index.ts';
import { addon } from './addon.ts';
import { umount } from './mount.ts';
import type { Fd } from './types.ts';

/** Makes a network namespace with its loopback up, kept alive by a mount on the new file `pinPath`. About 0.5 ms. */
export function createNetns(pinPath: string): void {
  addon().netnsCreate(pinPath);
}

/** Lets go of a namespace: the kernel takes it and its links down later, on its own time. Idempotent. */
export function removeNetns(pinPath: string): void {
  try {
    umount(pinPath, { detach: true });
  } catch (error) {
    if (systemCode(error) !== 'EINVAL' && systemCode(error) !== 'ENOENT') throw error;
  }
  rmSync(pinPath, { force: true });
}

/**
 * Runs `work` inside a network namespace and comes back. Strictly synchronous: only `*Sync` functions of node:fs see the namespace
 * (`/proc/sys/net`, for example), an awaited call runs on another thread at home.
 */
export function inNetns<T>(netnsPath: string, work: () => T): T {
  return addon().netnsCall(netnsPath, work);
}

/** A UDP or TCP socket bound inside a namespace, for `dgram` or `net.Server.listen({ fd })`; it stays in there for its whole life. */
export function bindInNetns(netnsPath: string, kind: 'udp' | 'tcp', address: string, port: number): { fd: Fd; port: number } {
  const fd = addon().netnsSocket(netnsPath, kind, address, port);
  return { fd, port: addon().socketPort(fd) };
}
