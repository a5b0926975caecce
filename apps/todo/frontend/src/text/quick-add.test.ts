import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuickAdd } from './quick-add.ts';

// A Wednesday.
const around = {
  today: '2026-12-30',
  lists: [
    { id: 'L1', name: 'Home' },
    { id: 'L2', name: 'New House' },
  ],
  listId: null,
};
const parse = (line: string) => parseQuickAdd(line, around);

test('parseQuickAdd() takes day, tags, priority and list out of the title', () => {
  assert.deepEqual(parse('Call Mum tomorrow #family !1 @Home'), { title: 'Call Mum', due: '2026-12-31', priority: 1, tags: ['family'], listId: 'L1' });
  assert.deepEqual(parse('Paint #a #b #a @newhouse'), { title: 'Paint', due: null, priority: 0, tags: ['a', 'b'], listId: 'L2' });
});

test('parseQuickAdd() knows days: relative, weekdays, dates, over the end of the year', () => {
  for (const [words, due] of [
    ['today', '2026-12-30'],
    ['in 3 days', '2027-01-02'],
    ['in 1 week', '2027-01-06'],
    ['next week', '2027-01-06'],
    ['wednesday', '2027-01-06'],
    ['thursday', '2026-12-31'],
    ['2028-02-29', '2028-02-29'],
  ]) {
    assert.deepEqual([parse(`x ${words}`).due, parse(`x ${words}`).title], [due, 'x'], words);
  }
});

test('parseQuickAdd() leaves alone what only looks alike', () => {
  for (const line of ['2027-02-29', 'C# book', 'mail a@b.org', 'wow !4', '#', '@nobody', '!']) assert.equal(parse(`x ${line}`).title, `x ${line}`, line);
  assert.deepEqual([parse('x \\today').title, parse('x \\#tag').title], ['x today', 'x #tag']);
});

test('parseQuickAdd() never makes an empty title', () => {
  assert.equal(parse('#tag').title, '#tag');
  assert.equal(parse('a'.repeat(600)).title.length, 500);
});
