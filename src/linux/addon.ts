import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../base/index.ts';

/** The functions of `native/addon`, as they are: each throws an Error with `code` ("ENOENT") and `syscall`. */
export interface Addon {
  mount(source: string, target: string, type: string, flags: number, data: string): void;
  umount(target: string, flags: number): void;
  openat2(dirFd: number, path: string, flags: number, mode: number, resolve: number): number;
  mkdirat(dirFd: number, name: string, mode: number): void;
  mknodat(dirFd: number, name: string, mode: number, major: number, minor: number): void;
  symlinkat(target: string, dirFd: number, name: string): void;
  linkat(fromFd: number, fromName: string, toFd: number, toName: string): void;
  unlinkat(dirFd: number, name: string, flags: number): void;
  renameat2(fromFd: number, fromName: string, toFd: number, toName: string, flags: number): void;
  fchownat(dirFd: number, name: string, uid: number, gid: number, flags: number): void;
  fchmodat(dirFd: number, name: string, mode: number): void;
  utimensat(dirFd: number, name: string, atimeSec: number, atimeNsec: number, mtimeSec: number, mtimeNsec: number): void;
  flock(fd: number, operation: number): void;
  punchHole(fd: number, offset: number, length: number): void;
  nextData(fd: number, offset: number): number;
  lsetxattr(path: string, name: string, value: Uint8Array): void;
  lgetxattr(path: string, name: string): Buffer | null;
  llistxattr(path: string): Buffer;
  lremovexattr(path: string, name: string): void;
  netnsCreate(pin: string): void;
  netnsCall<T>(path: string, callback: () => T): T;
  netlinkOpen(netnsPath: string, protocol: number): number;
  netlinkRequest(fd: number, messages: Uint8Array): Buffer;
  netnsSocket(netnsPath: string, kind: 'udp' | 'tcp', address: string, port: number): number;
  socketPort(fd: number): number;
  sendFd(socket: number, fd: number, payload: Uint8Array): void;
  unixConnect(path: string): number;
}

let loaded: Addon | undefined;

/** The addon, loaded at first use. In a checkout that was never built it is compiled first. */
export function addon(): Addon {
  loaded ??= createRequire(import.meta.url)(nativeFile('slipway.node')) as Addon;
  return loaded;
}

/** Absolute path of a compiled native part: beside the bundled engine, or in `dist/native` of a checkout, where it is made when missing. */
export function nativeFile(name: string): string {
  const bundled = fileURLToPath(new URL(`native/${name}`, import.meta.url));
  if (existsSync(bundled)) return bundled;
  const built = fileURLToPath(new URL(`../../dist/native/${name}`, import.meta.url));
  if (!existsSync(built)) compile();
  return built;
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
