import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StateRecord } from './record.ts';
import { humanDuration, statusText } from './status-text.ts';

const base: StateRecord = {
  status: 'running',
  pid: 1,
  exitCode: 0,
  error: '',
  oomKilled: false,
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:10:00Z',
};
const now = Date.parse('2026-01-01T01:00:00Z');

test('statusText() words every state as docker ps does', () => {
  assert.equal(statusText(base, now), 'Up About an hour');
  assert.equal(statusText({ ...base, health: { Status: 'starting', FailingStreak: 0, Log: [] } }, now), 'Up About an hour (health: starting)');
  assert.equal(statusText({ ...base, status: 'paused' }, now), 'Up About an hour (Paused)');
  assert.equal(statusText({ ...base, status: 'exited', exitCode: 137 }, now), 'Exited (137) 50 minutes ago');
  assert.equal(statusText({ ...base, status: 'restarting', exitCode: 1 }, now), 'Restarting (1) 50 minutes ago');
  assert.equal(statusText({ ...base, status: 'created' }, now), 'Created');
});

test('humanDuration() rounds as docker does', () => {
  const day = 86_400_000;
  const shown = [500, 1000, 59_000, 60_000, 119_000, 3_600_000, 47 * 3_600_000, 3 * day, 20 * day, 90 * day, 800 * day].map(humanDuration);
  assert.deepEqual(shown, [
    'Less than a second',
    '1 second',
    '59 seconds',
    'About a minute',
    'About a minute',
    'About an hour',
    '47 hours',
    '3 days',
    '2 weeks',
    '3 months',
    '2 years',
  ]);
});
