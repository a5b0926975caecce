import type { Case } from '../measure.ts';
import { time } from '../peer.ts';

/** From the Enter key to the prompt: a container is created, started, ends and is removed. */
export const run: Case = {
  name: 'run',
  question: 'run --rm busybox true',
  rounds: 25,
  goal: 0.25,
  prepare: async () => () => {},
  sample: (peer) => time(peer, ['run', '--rm', 'busybox', 'true']),
};
