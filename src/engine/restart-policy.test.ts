import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restartDelay, startsWithEngine } from './restart-policy.ts';
import type { RunEnd } from './restart-policy.ts';

const end = (change: Partial<RunEnd> & { name?: RunEnd['policy']['Name']; limit?: number }): number | undefined =>
  restartDelay({
    policy: { Name: change.name ?? 'always', MaximumRetryCount: change.limit ?? 0 },
    exitCode: 1,
    unhealthy: false,
    stoppedByUser: false,
    restartCount: 0,
    ranMs: 50,
    lastDelayMs: 0,
    ...change,
  });

test('restartDelay() doubles from 100 ms to a minute and begins anew after a good run', () => {
  const delays = [0, 100, 200, 51_200, 60_000].map((lastDelayMs) => end({ lastDelayMs }));
  assert.deepEqual(delays, [100, 200, 400, 60_000, 60_000]);
  assert.equal(end({ lastDelayMs: 6400, ranMs: 10_000 }), 100);
});

test('restartDelay() follows the policy', () => {
  assert.equal(end({ name: 'no' }), undefined);
  assert.equal(end({ name: '' }), undefined);
  assert.equal(end({ name: 'always', exitCode: 0 }), 100);
  assert.equal(end({ name: 'unless-stopped', stoppedByUser: true }), undefined);
  assert.equal(end({ name: 'on-failure', exitCode: 0 }), undefined);
  assert.equal(end({ name: 'on-failure', limit: 3, restartCount: 2 }), 100);
  assert.equal(end({ name: 'on-failure', limit: 3, restartCount: 3 }), undefined);
  assert.equal(end({ name: 'on-unhealthy', exitCode: 0 }), undefined);
  assert.equal(end({ name: 'on-unhealthy', exitCode: 0, unhealthy: true }), 100);
});

test('startsWithEngine() starts always, and unless-stopped unless the user stopped it', () => {
  assert.equal(startsWithEngine({ Name: 'always', MaximumRetryCount: 0 }, true), true);
  assert.equal(startsWithEngine({ Name: 'unless-stopped', MaximumRetryCount: 0 }, true), false);
  assert.equal(startsWithEngine({ Name: 'unless-stopped', MaximumRetryCount: 0 }, false), true);
  assert.equal(startsWithEngine({ Name: 'on-failure', MaximumRetryCount: 0 }, false), false);
});
