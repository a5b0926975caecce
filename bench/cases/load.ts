import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bigImage } from '../big-image.ts';
import type { Case } from '../measure.ts';
import { call, time } from '../peer.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-load-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Every round another image, so that no layer is there yet: 8,000 files, 96 MB, gzip. */
function archive(round: number): string {
  const file = join(folder, `${round}.tar`);
  if (!existsSync(file)) bigImage(file, `slipway-bench-load:${round}`, round);
  return file;
}

/** An image from a file to its unpacked layers. */
export const load: Case = {
  name: 'load',
  question: 'load -i an image of one layer, 8,000 files, 96 MB',
  rounds: 4,
  goal: 0.5,
  prepare: async (peer) => () => {
    for (let round = 0; round <= 4; round++) call(peer, ['rmi', '-f', `slipway-bench-load:${round}`]);
  },
  sample: (peer, round) => time(peer, ['load', '-q', '-i', archive(round)]),
};
