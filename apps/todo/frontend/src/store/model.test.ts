import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation, Todo } from './model.ts';
import { applied, byPosition } from './model.ts';
import { outbox, rebase, serverTodos, todos } from './state.ts';

const todo = (id: string, fields: Partial<Todo> = {}): Todo => ({
  id,
  listId: null,
  title: id,
  notes: '',
  due: null,
  priority: 0,
  tags: [],
  position: 'a0',
  completed: false,
  completedAt: null,
  createdAt: '2026-01-01T00:00:00Z',
  version: 1,
  ...fields,
});

test('applied() does what the operation will do on the server', () => {
  const known = todo('a');
  assert.equal(applied(known, 'a', { kind: 'patch', ids: ['a'], fields: { title: 'b' }, before: [known] })?.title, 'b');
  assert.notEqual(applied(known, 'a', { kind: 'patch', ids: ['a'], fields: { completed: true }, before: [known] })?.completedAt, null);
  assert.equal(applied(known, 'a', { kind: 'delete', before: [known] }), undefined);
  assert.equal(applied(undefined, 'a', { kind: 'restore', todos: [known] }), known);
  assert.equal(applied(undefined, 'a', { kind: 'patch', ids: ['a'], fields: { title: 'b' }, before: [known] }), undefined, 'what is gone is not changed');
});

test('rebase() shows the server’s state with everything on top that waits, also when the server’s state moves', () => {
  const operations: Operation[] = [
    { kind: 'create', todo: todo('new') },
    { kind: 'patch', ids: ['a'], fields: { title: 'mine' }, before: [todo('a')] },
    { kind: 'delete', before: [todo('gone')] },
  ];
  serverTodos.set('a', todo('a')).set('gone', todo('gone')).set('other', todo('other'));
  outbox.value = operations.map((operation, index) => ({ key: String(index), operation }));
  rebase();
  const seen = () => Object.fromEntries([...todos.value].map(([id, { title, completed }]) => [id, `${title} ${completed}`]));
  assert.deepEqual(seen(), { a: 'mine false', other: 'other false', new: 'new false' });
  serverTodos.set('a', todo('a', { completed: true, version: 2 }));
  rebase(['a']);
  assert.equal(seen()['a'], 'mine true');
  outbox.value = [];
  serverTodos.delete('gone');
  rebase();
  assert.deepEqual(seen(), { a: 'a true', other: 'other false' });
});

test('byPosition() compares bytes, as the server does, and is never undecided', () => {
  assert.deepEqual(
    [
      { position: 'aZ', id: '1' },
      { position: 'aa', id: '2' },
      { position: 'a0', id: '4' },
      { position: 'a0', id: '3' },
    ]
      .sort(byPosition)
      .map(({ id }) => id),
    ['3', '4', '1', '2'],
  );
});
