import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantOf } from './instant.ts';

test('instantOf() writes three digits, however many came', () => {
  for (const [text, instant] of [
    ['2026-11-29 05:16:36.91229+00', '2026-11-29T05:16:36.912Z'],
    ['2026-11-29 05:16:36.9+00', '2026-11-29T05:16:36.900Z'],
    ['2026-11-29 05:16:36+00', '2026-11-29T05:16:36.000Z'],
  ] as const) {
    assert.equal(instantOf(text), instant);
    assert.equal(new Date(instant).toISOString(), instant);
  }
});
