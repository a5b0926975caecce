import { systemCode } from '../base/index.ts';
import { addon } from './addon.ts';
import type { Fd } from './types.ts';

const exclusive = 2;
const nonBlocking = 4;

/** Takes the exclusive lock of an open file without waiting; false when another process has it. Held until the fd is closed. */
export function tryLock(fd: Fd): boolean {
  try {
    addon().flock(fd, exclusive | nonBlocking);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EWOULDBLOCK' || systemCode(error) === 'EAGAIN') return false;
    throw error;
  }
}
