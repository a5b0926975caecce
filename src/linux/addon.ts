import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundled, EngineError, nativeFile } from '../base/index.ts';

type Name = string | Uint8Array;

/** The functions of `native/addon`, as they are: each throws an Error with `code` ("ENOENT") and `syscall`. */
export interface Addon {
  mount(source: string, target: string, type: string, flags: number, data: string): void;
  umount(target: string, flags: number): void;
  openat2(dirFd: number, path: Name, flags: number, mode: number, resolve: number): number;
  mkdirat(dirFd: number, name: Name, mode: number): void;
  mknodat(dirFd: number, name: Name, mode: number, major: number, minor: number): void;
  symlinkat(target: Name, dirFd: number, name: Name): void;
  linkat(fromFd: number, fromName: Name, toFd: number, toName: Name): void;
  unlinkat(dirFd: number, name: Name, flags: number): void;
  renameat2(fromFd: number, fromName: Name, toFd: number, toName: Name, flags: number): void;
  fchownat(dirFd: number, name: Name, uid: number, gid: number, flags: number): void;
  fchmodat(dirFd: number, name: Name, mode: number): void;
  utimensat(dirFd: number, name: Name, atimeSec: number, atimeNsec: number, mtimeSec: number, mtimeNsec: number): void;
  flock(fd: number, operation: number): void;
  trimMemory(): void;
  punchHole(fd: number, offset: number, length: number): void;
  nextData(fd: number, offset: number): number;
  lsetxattr(path: Name, name: string, value: Uint8Array): void;
  lgetxattr(path: Name, name: string): Buffer | null;
  llistxattr(path: Name): Buffer;
  lremovexattr(path: Name, name: string): void;
  netnsCreate(pin: string): void;
  netnsCall<T>(path: string, callback: () => T): T;
  netlinkOpen(netnsPath: string, protocol: number): number;
  netlinkRequest(fd: number, messages: Uint8Array): Buffer;
  netnsSocket(netnsPath: string, kind: 'udp' | 'tcp', address: string, port: number): number;
  socketPort(fd: number): number;
  socketQueuedBytes(fd: number): number;
  sendFds(socket: number, fds: Uint8Array, payload: Uint8Array): void;
  socketPair(): Buffer;
  unixConnect(path: string): number;
}

let loaded: Addon | undefined;

/** The addon, loaded at first use. In a checkout that was never built it is compiled first. */
export function addon(): Addon {
  loaded ??= load();
  return loaded;
}

function load(): Addon {
  const file = nativeFile('addon.node');
  if (!bundled && !existsSync(file)) compile();
  return createRequire(import.meta.url)(file) as Addon;
}

function compile(): void {
  const script = fileURLToPath(new URL('../../native/build', import.meta.url));
  try {
    execFileSync(script, { stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new EngineError(
      'FAILED_PRECONDITION',
      `Cannot compile the native parts with ${script}: a C compiler is needed (apt install gcc libc6-dev musl-tools)`,
      {
        cause: error,
      },
    );
  }
}
