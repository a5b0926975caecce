import { sql } from 'kysely';
import type { Db } from '../database/open.ts';
import { lastPosition } from '../todos/todo-store.ts';
import { positionsAfter } from '../todos/position.ts';
import type { TransferTodo } from './document.ts';

const batchSize = 1000;

/** Every todo of the account, in its order, with nothing in it that only this database understands. */
export async function exportTodos(db: Db, accountId: string): Promise<TransferTodo[]> {
  const rows = await db
    .selectFrom('todos')
    .leftJoin('lists', 'lists.id', 'todos.listId')
    .select(['title', 'notes', 'due', 'priority', 'tags', 'completedAt', 'todos.createdAt', 'lists.name as list'])
    .where('todos.accountId', '=', accountId)
    .where('todos.deletedAt', 'is', null)
    .orderBy('todos.position')
    .orderBy('todos.id')
    .execute();
  return rows.map(({ title, notes, due, priority, tags, completedAt, createdAt, list }) => ({
    title,
    ...(notes !== '' && { notes }),
    ...(list !== null && { list }),
    ...(due !== null && { due }),
    ...(priority !== 0 && { priority }),
    ...(tags.length > 0 && { tags }),
    ...(completedAt !== null && { completedAt }),
    createdAt,
  }));
}

/** Adds the todos behind those that are there, all or none; lists are found by name or made. Returns how many. */
export async function importTodos(db: Db, accountId: string, todos: readonly TransferTodo[]): Promise<number> {
  return await db.transaction().execute(async (transaction) => {
    const lists = await ensureLists(transaction, accountId, new Set(todos.flatMap(({ list }) => (list === undefined ? [] : [list]))));
    const positions = positionsAfter(await lastPosition(transaction, accountId), todos.length);
    const rows = todos.map((todo, index) => ({
      accountId,
      title: todo.title.trim() || '…',
      notes: todo.notes ?? '',
      listId: todo.list === undefined ? null : (lists.get(todo.list) ?? null),
      due: todo.due ?? null,
      priority: todo.priority ?? 0,
      tags: todo.tags ?? [],
      position: positions[index] ?? '',
      completedAt: todo.completedAt ?? null,
      ...(todo.createdAt !== undefined && { createdAt: todo.createdAt }),
    }));
    for (let start = 0; start < rows.length; start += batchSize)
      await transaction
        .insertInto('todos')
        .values(rows.slice(start, start + batchSize))
        .execute();
    return rows.length;
  });
}

async function ensureLists(db: Db, accountId: string, names: ReadonlySet<string>): Promise<Map<string, string>> {
  const known = await db
    .selectFrom('lists')
    .select(['id', 'name', 'position'])
    .where('accountId', '=', accountId)
    .where('deletedAt', 'is', null)
    .orderBy('position')
    .execute();
  const ids = new Map(known.map(({ id, name }) => [name, id]));
  const missing = [...names].filter((name) => !ids.has(name));
  const positions = positionsAfter(known.at(-1)?.position ?? null, missing.length);
  for (const [index, name] of missing.entries()) {
    const { id } = await db
      .insertInto('lists')
      .values({ accountId, name, position: positions[index] ?? '' })
      .returning(sql<string>`id`.as('id'))
      .executeTakeFirstOrThrow();
    ids.set(name, id);
  }
  return ids;
}
