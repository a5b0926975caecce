import { nativeFile } from '../base/index.ts';

/** Where the init process of `HostConfig.Init` appears in the container; Docker's place. */
export const initPath = '/sbin/docker-init';

/** The init program's host path, for the mount at `initPath`: it starts the command, passes signals on and reaps orphans. */
export function initProgram(): string {
  return nativeFile('slipway-shim');
}
