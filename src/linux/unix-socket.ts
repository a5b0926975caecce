import { addon } from './addon.ts';
import type { Fd } from './types.ts';

/** A connected unix stream socket that blocks, for `sendWithFds`; wrap it in `net.Socket({ fd })` afterwards. Paths up to 107 bytes. */
export function connectUnix(path: string): Fd {
  return addon().unixConnect(path);
}

/** Sends bytes with descriptors beside them (SCM_RIGHTS); the receiver gets duplicates, the caller keeps its own. */
export function sendWithFds(socket: Fd, payload: Uint8Array, fds: readonly Fd[]): void {
  addon().sendFds(socket, new Uint8Array(Int32Array.from(fds).buffer), payload);
}

/** Two connected unix stream sockets. */
export function socketPair(): [Fd, Fd] {
  const pair = addon().socketPair();
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
}

/** Bytes that were written to a socket and that its peer has not taken yet (SIOCOUTQ). */
export function socketQueuedBytes(socket: Fd): number {
  return addon().socketQueuedBytes(socket);
}
