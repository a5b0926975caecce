import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFilters, matchesLabels, parseFilters } from './filters.ts';

test('parseFilters() reads both forms of the parameter', () => {
  assert.deepEqual(parseFilters('{"status":["running"]}'), { status: ['running'] });
  assert.deepEqual(parseFilters('{"status":{"running":true,"paused":false}}'), { status: ['running'] });
  assert.deepEqual(parseFilters(undefined), {});
});

test('parseFilters() refuses what is no map of lists', () => {
  for (const text of ['[', '[]', '"a"', '{"a":1}', '{"a":[1]}', '{"a":null}']) assert.throws(() => parseFilters(text), { code: 'INVALID_ARGUMENT' }, text);
});

test('formatFilters() is read back by parseFilters()', () => {
  const filters = { label: ['a=b', 'c'], name: ['x'] };
  assert.deepEqual(parseFilters(formatFilters(filters)), filters);
  assert.equal(formatFilters({ name: [] }), undefined);
});

test('matchesLabels() wants every label and none of label!', () => {
  const labels = { a: 'b=c', d: '' };
  assert.ok(matchesLabels({ label: ['a=b=c', 'd'] }, labels));
  assert.ok(!matchesLabels({ label: ['a=x'] }, labels));
  assert.ok(!matchesLabels({ 'label!': ['d'] }, labels));
});
