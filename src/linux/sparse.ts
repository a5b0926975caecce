import { addon } from './addon.ts';
import type { Fd } from './types.ts';

/** Gives the blocks of a range back to the file system; the file's size stays. */
export function punchHole(fd: Fd, offset: number, length: number): void {
  addon().punchHole(fd, offset, length);
}

/** Offset of the first data at or after `offset`; undefined when only a hole follows. */
export function nextData(fd: Fd, offset: number): number | undefined {
  const at = addon().nextData(fd, offset);
  return at < 0 ? undefined : at;
}
