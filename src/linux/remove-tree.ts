import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { randomId, systemCode } from '../base/index.ts';
import { renameAt } from './at-calls.ts';
import { fdPath, openBeneath } from './confined.ts';
import type { Fd } from './types.ts';

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** So many names of 255 bytes fit in a path, with room for what stands before them. */
const deepest = 12;

/** Removes a folder with all that is in it; none is fine. A container can nest folders deeper than any path names, which `rm` alone leaves for ever. */
export async function removeTree(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 5 };
  try {
    await rm(path, options);
  } catch (error) {
    if (systemCode(error) !== 'ENAMETOOLONG') throw error;
    await flatten(path);
    await rm(path, options);
  }
}

/** Moves what lies too deep to the top, and so on from there. */
async function flatten(path: string): Promise<void> {
  const top = openSync(path, folderFlags);
  try {
    const waiting = ['.'];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) await lift(openBeneath(top, name, folderFlags), { top, waiting, depth: 1 });
  } finally {
    closeSync(top);
  }
}

async function lift(fd: Fd, at: { readonly top: Fd; readonly waiting: string[]; readonly depth: number }): Promise<void> {
  try {
    await turn();
    for (const entry of readdirSync(fdPath(fd), { withFileTypes: true, encoding: 'buffer' })) {
      if (!entry.isDirectory()) continue;
      if (at.depth < deepest) {
        await lift(openBeneath(fd, entry.name, folderFlags), { ...at, depth: at.depth + 1 });
        continue;
      }
      const name = randomId();
      renameAt(fd, entry.name, at.top, name);
      at.waiting.push(name);
    }
  } finally {
    closeSync(fd);
  }
}
