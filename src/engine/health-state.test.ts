import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Health } from '../api/index.ts';
import { nextHealth, probePlan } from './health-state.ts';

const result = (ExitCode: number): Health['Log'][number] => ({ Start: '', End: '', ExitCode, Output: '' });

test('probePlan() fills in Docker defaults and uses the image shell', () => {
  assert.deepEqual(probePlan({ Healthcheck: { Test: ['CMD-SHELL', 'true'] } }), {
    args: ['/bin/sh', '-c', 'true'],
    intervalMs: 30_000,
    timeoutMs: 30_000,
    startPeriodMs: 0,
    startIntervalMs: 5_000,
    retries: 3,
  });
  assert.deepEqual(probePlan({ Healthcheck: { Test: ['CMD-SHELL', 'true'] }, Shell: ['/bin/bash', '-c'] })?.args, ['/bin/bash', '-c', 'true']);
  assert.equal(probePlan({ Healthcheck: { Test: ['NONE'] } }), undefined);
  assert.equal(probePlan({}), undefined);
});

test('nextHealth() counts failures up to the retries, and one success heals', () => {
  let health: Health = { Status: 'starting', FailingStreak: 0, Log: [] };
  const seen: string[] = [];
  for (const code of [1, 1, 0, 1, 1, 1, 0]) {
    health = nextHealth(health, result(code), { retries: 3, inStartPeriod: false });
    seen.push(`${health.Status} ${health.FailingStreak}`);
  }
  assert.deepEqual(seen, ['starting 1', 'starting 2', 'healthy 0', 'healthy 1', 'healthy 2', 'unhealthy 3', 'healthy 0']);
  assert.equal(health.Log.length, 5);
});

test('nextHealth() forgives failures of the start period until the first success', () => {
  const starting: Health = { Status: 'starting', FailingStreak: 0, Log: [] };
  assert.equal(nextHealth(starting, result(1), { retries: 1, inStartPeriod: true }).Status, 'starting');
  const healthy = nextHealth(starting, result(0), { retries: 1, inStartPeriod: true });
  assert.equal(nextHealth(healthy, result(1), { retries: 1, inStartPeriod: true }).Status, 'unhealthy');
});
