import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangeInView, scrollFor } from './window.ts';

test('rangeInView() holds the rows in view and a few around them, never more than there are', () => {
  assert.deepEqual(rangeInView(0, 480, { rowHeight: 48, count: 10_000 }), { start: 0, end: 20 });
  assert.deepEqual(rangeInView(48_000, 480, { rowHeight: 48, count: 10_000 }), { start: 990, end: 1020 });
  assert.deepEqual(rangeInView(0, 480, { rowHeight: 48, count: 3 }), { start: 0, end: 3 });
});

test('scrollFor() moves as little as needed', () => {
  const view = { scrollTop: 480, viewHeight: 480, rowHeight: 48 };
  assert.equal(scrollFor(12, view), undefined);
  assert.equal(scrollFor(9, view), 432);
  assert.equal(scrollFor(20, view), 528);
});
