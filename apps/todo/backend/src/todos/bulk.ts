import { sql } from 'kysely';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import type { Db } from '../database/open.ts';
import { checkList, valuesOf } from './todo-store.ts';
import { Id, TodoPatch } from './todo.ts';

const ids = Type.Array(Id, { minItems: 1, maxItems: 10_000 });

/** One action on many todos, all of them or none. */
export const Bulk = Type.Union([
  Type.Object({ action: Type.Literal('update'), ids, patch: TodoPatch }, { additionalProperties: false }),
  Type.Object({ action: Type.Literal('delete'), ids }, { additionalProperties: false }),
  Type.Object({ action: Type.Literal('restore'), ids }, { additionalProperties: false }),
  Type.Object({ action: Type.Literal('clear-completed') }, { additionalProperties: false }),
]);
export type Bulk = Static<typeof Bulk>;

/** Returns the ids of the todos that were changed. What has been deleted meanwhile is passed over. */
export async function applyBulk(db: Db, accountId: string, bulk: Bulk): Promise<string[]> {
  if (bulk.action === 'update') await checkList(db, accountId, bulk.patch.listId);
  const own = db
    .updateTable('todos')
    .set(changeOf(bulk))
    .where('accountId', '=', accountId)
    .where('deletedAt', bulk.action === 'restore' ? 'is not' : 'is', null);
  const chosen = 'ids' in bulk ? own.where(sql<boolean>`id = any(${bulk.ids}::uuid[])`) : own.where('completedAt', 'is not', null);
  const rows = await chosen.returning('id').execute();
  return rows.map(({ id }) => id);
}

function changeOf(bulk: Bulk) {
  switch (bulk.action) {
    case 'update':
      return valuesOf(bulk.patch);
    case 'restore':
      return { deletedAt: null };
    case 'delete':
    case 'clear-completed':
      return { deletedAt: sql<string>`now()` };
  }
}
