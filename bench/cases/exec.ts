import type { Case } from '../measure.ts';
import { call, time } from '../peer.ts';

const container = 'slipway-bench-exec';

/** One more process in a container that runs: what health checks and debugging wait for. */
export const exec: Case = {
  name: 'exec',
  question: 'exec CONTAINER true',
  rounds: 25,
  goal: 0.3,
  prepare: async (peer) => {
    call(peer, ['run', '-d', '--name', container, 'busybox', 'sleep', '3600']);
    return () => void call(peer, ['rm', '-f', container]);
  },
  sample: (peer) => time(peer, ['exec', container, 'true']),
};
