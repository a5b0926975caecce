import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Case } from '../measure.ts';
import { call, time } from '../peer.ts';

const context = mkdtempSync(join(tmpdir(), 'slipway-bench-build-'));
const dockerfile = 'FROM busybox\nWORKDIR /app\nCOPY . .\nRUN cat *.txt > all\nENV A=1\nCMD ["cat", "all"]\n';
process.on('exit', () => rmSync(context, { recursive: true, force: true }));

/** A build in which nothing has changed: what `compose up --build` costs each time. */
export const cachedBuild: Case = {
  name: 'cached build',
  question: 'build a context of 100 files, all steps cached',
  rounds: 12,
  goal: 0.5,
  prepare: async (peer) => {
    writeFileSync(join(context, 'Dockerfile'), dockerfile);
    for (let index = 0; index < 100; index++) writeFileSync(join(context, `${index}.txt`), `${index}\n`.repeat(200));
    call(peer, ['build', '-q', '-t', 'slipway-bench-build', context]);
    return () => void call(peer, ['rmi', '-f', 'slipway-bench-build']);
  },
  sample: (peer) => time(peer, ['build', '-q', '-t', 'slipway-bench-build', context]),
};
