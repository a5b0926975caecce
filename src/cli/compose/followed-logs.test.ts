import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginOfRun } from './followed-logs.ts';

test('beginOfRun(): the log of a run begins where the run before ended, though its start was told of later', () => {
  const started = 1_764_410_400_500_000_000; // 2025-11-29T10:00:00.5Z
  assert.equal(beginOfRun(started, '0001-01-01T00:00:00Z'), undefined);
  assert.equal(beginOfRun(started, '2025-11-29T10:00:00.123456789Z'), '1764410400.123456789');
  // It has ended since: what is known of the run before is gone.
  assert.equal(beginOfRun(started, '2025-11-29T10:00:01Z'), '1764410400.499000072');
});
