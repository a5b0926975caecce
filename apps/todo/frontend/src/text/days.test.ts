import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays, describeDay, weekdayOf } from './days.ts';

test('addDays() crosses months, years and leap days', () => {
  assert.equal(addDays('2028-02-28', 1), '2028-02-29');
  assert.equal(addDays('2027-02-28', 1), '2027-03-01');
  assert.equal(addDays('2026-12-31', 1), '2027-01-01');
  assert.equal(addDays('2026-03-01', -1), '2026-02-28');
});

test('describeDay() is near for near days', () => {
  const today = '2026-11-29';
  assert.deepEqual(
    ['2026-11-28', today, '2026-11-30', '2026-12-04', '2026-12-24', '2027-12-24'].map((day) => describeDay(day, today)),
    ['yesterday', 'today', 'tomorrow', 'Friday', '24 Dec', '24 Dec 2027'],
  );
  assert.equal(weekdayOf(today), 0);
});
