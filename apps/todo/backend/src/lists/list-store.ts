import { sql } from 'kysely';
import type { Db } from '../database/open.ts';
import type { ListRow } from '../database/schema.ts';
import { Problem, notFound } from '../server/problem.ts';
import { positionBetween } from '../todos/position.ts';
import type { ListPatch, NewList } from './list.ts';

export async function listLists(db: Db, accountId: string): Promise<ListRow[]> {
  return await liveLists(db, accountId).orderBy('position').orderBy('id').execute();
}

/** Sending the same id again answers with the list that is there. */
export async function createList(db: Db, accountId: string, list: NewList): Promise<{ row: ListRow; created: boolean }> {
  const last = await liveLists(db, accountId).orderBy('position', 'desc').limit(1).executeTakeFirst();
  const row = await db
    .insertInto('lists')
    .values({ ...list, name: list.name.trim(), accountId, position: list.position ?? positionBetween(last?.position ?? null, null) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) return { row, created: true };
  const same = await db.selectFrom('lists').selectAll().where('id', '=', String(list.id)).where('accountId', '=', accountId).executeTakeFirst();
  if (same === undefined) throw new Problem(409, 'The id is taken', { detail: `Another list has the id ${list.id}` });
  return { row: same, created: false };
}

export async function updateList(
  db: Db,
  accountId: string,
  id: string,
  { patch, ifMatch }: { patch: ListPatch; ifMatch?: number | undefined },
): Promise<ListRow> {
  const values = { ...patch, ...(patch.name !== undefined && { name: patch.name.trim() }) };
  let update = db.updateTable('lists').set(values).where('id', '=', id).where('accountId', '=', accountId).where('deletedAt', 'is', null);
  if (ifMatch !== undefined) update = update.where('version', '=', ifMatch);
  const row = await update.returningAll().executeTakeFirst();
  if (row !== undefined) return row;
  const current = await liveLists(db, accountId).where('id', '=', id).executeTakeFirst();
  if (current === undefined) throw notFound('list', id);
  throw new Problem(412, 'Changed in the meantime', { version: current.version });
}

/** Its todos go with it, and come back with it. */
export async function deleteList(db: Db, accountId: string, id: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const list = await transaction
      .updateTable('lists')
      .set({ deletedAt: sql`now()` })
      .where('id', '=', id)
      .where('accountId', '=', accountId)
      .where('deletedAt', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (list === undefined) throw notFound('list', id);
    await transaction
      .updateTable('todos')
      .set({ deletedAt: sql`now()` })
      .where('listId', '=', id)
      .where('deletedAt', 'is', null)
      .execute();
  });
}

export async function restoreList(db: Db, accountId: string, id: string): Promise<ListRow> {
  return await db.transaction().execute(async (transaction) => {
    const gone = await transaction.selectFrom('lists').select('deletedAt').where('id', '=', id).where('accountId', '=', accountId).executeTakeFirst();
    if (gone === undefined) throw notFound('list', id);
    if (gone.deletedAt !== null) {
      // Deleted in the same transaction as the list, and so at the same instant; compared in the database, which knows microseconds.
      await transaction
        .updateTable('todos')
        .set({ deletedAt: null })
        .where('listId', '=', id)
        .where('deletedAt', '=', (query) => query.selectFrom('lists').select('deletedAt').where('id', '=', id))
        .execute();
    }
    return await transaction.updateTable('lists').set({ deletedAt: null }).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
  });
}

function liveLists(db: Db, accountId: string) {
  return db.selectFrom('lists').selectAll().where('accountId', '=', accountId).where('deletedAt', 'is', null);
}
