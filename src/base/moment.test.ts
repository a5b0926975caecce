import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseGoDuration, parseMoment } from './moment.ts';

test('parseMoment() knows durations, seconds and dates', () => {
  const now = Date.parse('2026-01-02T00:00:00Z');
  assert.equal(parseMoment('24h', now), now - 86_400_000);
  assert.equal(parseMoment('1700000000.5', now), 1_700_000_000_500);
  assert.equal(parseMoment('2026-01-02T00:00:00Z', 0), now);
  assert.throws(() => parseMoment('yesterday', now), /failed to parse/);
});

test('parseGoDuration() adds its parts and refuses bare numbers', () => {
  assert.equal(parseGoDuration('1h30m'), 5_400_000);
  assert.equal(parseGoDuration('1.5s'), 1500);
  assert.equal(parseGoDuration('-10ms'), -10);
  assert.equal(parseGoDuration('10'), undefined);
});
