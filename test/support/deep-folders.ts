import { closeSync, openSync } from 'node:fs';
import { mkdirAt, openBeneath } from '../../src/linux/index.ts';

/** Puts 1,500 folders named "abcd" into one another below `directory`: deeper than a path can say. */
export function makeDeepFolders(directory: string): void {
  let deep = openSync(directory, 'r');
  for (let depth = 0; depth < 1500; depth++) {
    mkdirAt(deep, 'abcd', 0o755);
    const next = openBeneath(deep, 'abcd');
    closeSync(deep);
    deep = next;
  }
  closeSync(deep);
}
