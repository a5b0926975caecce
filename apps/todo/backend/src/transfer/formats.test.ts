import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransferTodo } from './document.ts';
import { formatMarkdown, parseMarkdown } from './markdown.ts';
import { formatTodoTxt, parseTodoTxt } from './todo-txt.ts';

const now = '2026-11-29T12:00:00.000Z';
const todos: TransferTodo[] = [
  { title: 'Water the plants', due: '2026-12-24', priority: 1, tags: ['garden'], list: 'Home', notes: 'The ficus\ntoo.' },
  { title: 'Done already', completedAt: now },
];

test('Markdown: what is written is read back', () => {
  const text = formatMarkdown(todos);
  assert.equal(text, '## Home\n\n- [ ] Water the plants (due 2026-12-24) !1 #garden\n  The ficus\n  too.\n\n## Inbox\n\n- [x] Done already\n');
  assert.deepEqual(parseMarkdown(text, now), todos);
});

test('Markdown: anybody’s task list is read, other lines are passed over', () => {
  assert.deepEqual(parseMarkdown('# Plans\r\nsome text\r\n* [X] one\r\n+ [ ] two #a\n1. three\n- four', now), [
    { title: 'one', completedAt: now, list: 'Plans' },
    { title: 'two', list: 'Plans', tags: ['a'] },
  ]);
});

test('todo.txt: what is written is read back, notes excepted', () => {
  const text = formatTodoTxt(todos);
  assert.equal(text, '(A) Water the plants @garden +Home due:2026-12-24\nx 2026-11-29 Done already\n');
  assert.deepEqual(parseTodoTxt(text, now), [
    { title: 'Water the plants', priority: 1, tags: ['garden'], list: 'Home', due: '2026-12-24' },
    { title: 'Done already', completedAt: now },
  ]);
});

test('todo.txt: the examples of its own description', () => {
  const [call, done] = parseTodoTxt('(A) 2011-03-01 Call Mom @phone +Family\nx 2011-03-03 2011-03-01 Review Tim’s pull request +TodoTxtTouch @github\n', now);
  assert.deepEqual(call, { title: 'Call Mom', priority: 1, createdAt: '2011-03-01T12:00:00.000Z', tags: ['phone'], list: 'Family' });
  assert.deepEqual([done?.completedAt, done?.createdAt, done?.title], ['2011-03-03T12:00:00.000Z', '2011-03-01T12:00:00.000Z', 'Review Tim’s pull request']);
});
