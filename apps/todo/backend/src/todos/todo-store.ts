import { sql } from 'kysely';
import type { Db } from '../database/open.ts';
import type { TodoRow } from '../database/schema.ts';
import { Problem, notFound } from '../server/problem.ts';
import type { TodoQuery } from './filter.ts';
import { applyQuery } from './filter.ts';
import { positionBetween } from './position.ts';
import type { NewTodo, TodoPatch } from './todo.ts';
import type { TodoPage } from './todo-page.ts';
import { todoPage } from './todo-page.ts';

/** @param base where the API is reached, for the todos' urls */
export async function listTodos(db: Db, accountId: string, query: TodoQuery, base: string): Promise<TodoPage> {
  return await todoPage(db, applyQuery(liveTodos(db, accountId), query), base);
}

export async function findTodo(db: Db, accountId: string, id: string): Promise<TodoRow> {
  const row = await liveTodos(db, accountId).where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw notFound('todo', id);
  return row;
}

/** `created` is false when the client sent the same todo a second time, for example because the first answer got lost. */
export async function createTodo(db: Db, accountId: string, todo: NewTodo): Promise<{ row: TodoRow; created: boolean }> {
  await checkList(db, accountId, todo.listId);
  const values = {
    ...valuesOf(todo),
    ...(todo.completed === true && { completedAt: sql<string>`now()` }),
    ...(todo.id !== undefined && { id: todo.id }),
    accountId,
    title: todo.title.trim(),
    position: todo.position ?? (await endPosition(db, accountId)),
  };
  const row = await db
    .insertInto('todos')
    .values(values)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) return { row, created: true };
  return { row: await existing(db, accountId, String(todo.id)), created: false };
}

async function existing(db: Db, accountId: string, id: string): Promise<TodoRow> {
  const row = await db.selectFrom('todos').selectAll().where('id', '=', id).where('accountId', '=', accountId).executeTakeFirst();
  if (row === undefined) throw new Problem(409, 'The id is taken', { detail: `Another todo has the id ${id}` });
  return row;
}

/** @param ifMatch the version that the caller has seen; when the todo has moved on, nothing is changed (412) */
export async function updateTodo(
  db: Db,
  accountId: string,
  id: string,
  { patch, ifMatch }: { patch: TodoPatch; ifMatch?: number | undefined },
): Promise<TodoRow> {
  await checkList(db, accountId, patch.listId);
  let update = db.updateTable('todos').set(valuesOf(patch)).where('id', '=', id).where('accountId', '=', accountId).where('deletedAt', 'is', null);
  if (ifMatch !== undefined) update = update.where('version', '=', ifMatch);
  const row = await update.returningAll().executeTakeFirst();
  return row ?? (await explainMiss(db, accountId, id));
}

export async function deleteTodo(db: Db, accountId: string, id: string, ifMatch?: number): Promise<void> {
  let update = db
    .updateTable('todos')
    .set({ deletedAt: sql`now()` })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('deletedAt', 'is', null);
  if (ifMatch !== undefined) update = update.where('version', '=', ifMatch);
  const row = await update.returning('id').executeTakeFirst();
  if (row === undefined) await explainMiss(db, accountId, id);
}

export async function deleteAllTodos(db: Db, accountId: string): Promise<void> {
  await db
    .updateTable('todos')
    .set({ deletedAt: sql`now()` })
    .where('accountId', '=', accountId)
    .where('deletedAt', 'is', null)
    .execute();
}

export async function restoreTodo(db: Db, accountId: string, id: string): Promise<TodoRow> {
  const row = await db.updateTable('todos').set({ deletedAt: null }).where('id', '=', id).where('accountId', '=', accountId).returningAll().executeTakeFirst();
  if (row === undefined) throw notFound('todo', id);
  return row;
}

/** Each tag that is in use and how many open todos carry it. */
export async function listTags(db: Db, accountId: string): Promise<{ tag: string; count: number }[]> {
  const { rows } = await sql<{ tag: string; count: number }>`
    select tag, count(*)::int as count from todos, unnest(tags) as tag
    where account_id = ${accountId} and deleted_at is null and completed_at is null group by tag order by tag`.execute(db);
  return rows;
}

export async function endPosition(db: Db, accountId: string): Promise<string> {
  return positionBetween(await lastPosition(db, accountId), null);
}

export async function lastPosition(db: Db, accountId: string): Promise<string | null> {
  const last = await liveTodos(db, accountId).clearSelect().select('position').orderBy('position', 'desc').limit(1).executeTakeFirst();
  return last?.position ?? null;
}

/** A list of somebody else's, or a deleted one, is as good as none. */
export async function checkList(db: Db, accountId: string, listId: string | null | undefined): Promise<void> {
  if (listId === undefined || listId === null) return;
  const list = await db
    .selectFrom('lists')
    .select('id')
    .where('id', '=', listId)
    .where('accountId', '=', accountId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  if (list === undefined) throw new Problem(422, 'No such list', { detail: `There is no list ${listId}` });
}

/** The columns that a request's fields stand for; those it does not name stay as they are. */
export function valuesOf(fields: TodoPatch) {
  const { completed, order, title, ...same } = fields;
  return {
    ...same,
    ...(title !== undefined && { title: title.trim() }),
    ...(order !== undefined && { clientOrder: order }),
    ...(completed !== undefined && { completedAt: completed ? sql<string>`coalesce(completed_at, now())` : null }),
    ...(fields.tags !== undefined && { tags: [...new Set(fields.tags)] }),
  };
}

async function explainMiss(db: Db, accountId: string, id: string): Promise<never> {
  const { version } = await findTodo(db, accountId, id);
  throw new Problem(412, 'Changed in the meantime', { detail: 'The todo was changed after you read it; read it again.', version });
}

function liveTodos(db: Db, accountId: string) {
  return db.selectFrom('todos').selectAll().where('accountId', '=', accountId).where('deletedAt', 'is', null);
}
