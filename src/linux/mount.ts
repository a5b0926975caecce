import { addon } from './addon.ts';
import type { MountRequest } from './types.ts';

/** Flags of mount(2). */
export const MountFlag = {
  readonly: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  remount: 32,
  noatime: 1024,
  bind: 4096,
  recursive: 16384,
  unbindable: 1 << 17,
  private: 1 << 18,
  slave: 1 << 19,
  shared: 1 << 20,
} as const;

/** mount(2). Throws the system's error: `systemCode()` of base tells "EBUSY" and so on. */
export function mount(request: MountRequest): void {
  addon().mount(request.source, request.target, request.type ?? '', request.flags ?? 0, request.data ?? '');
}

/** Bind mount, read-only on wish (the second step that the kernel asks for is done here). */
export function bindMount(source: string, target: string, options: { readonly?: boolean; recursive?: boolean } = {}): void {
  const recursive = options.recursive === true ? MountFlag.recursive : 0;
  mount({ source, target, flags: MountFlag.bind | recursive });
  if (options.readonly === true) mount({ source: 'none', target, flags: MountFlag.bind | MountFlag.remount | MountFlag.readonly });
}

const detachFlag = 2;
const noFollowFlag = 8;

/** umount2(2); never follows a link at `target`. `detach` takes it out of sight at once and lets the kernel finish when nobody uses it. */
export function umount(target: string, options: { detach?: boolean } = {}): void {
  addon().umount(target, noFollowFlag | (options.detach === true ? detachFlag : 0));
}
