import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signalNumber } from './signals.ts';

test('signalNumber() reads numbers, names with and without SIG, and realtime signals', () => {
  assert.deepEqual(['9', 'KILL', 'sigterm', 'SIGRTMIN+3', 'RTMAX', 'SIGWINCH'].map(signalNumber), [9, 9, 15, 37, 64, 28]);
  assert.deepEqual(['0', '65', 'SIGFOO', '', 'RTMIN-1', '-9'].map(signalNumber), [undefined, undefined, undefined, undefined, undefined, undefined]);
});
