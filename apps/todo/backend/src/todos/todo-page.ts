import type { SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Db } from '../database/open.ts';
import type { Schema, TodoRow } from '../database/schema.ts';

/** Many todos as the API writes them: a JSON array, how many they are, and the id of the last one. */
export interface TodoPage {
  json: string;
  count: number;
  lastId: string | null;
}

/**
 * The result of a query in the API's form, written by PostgreSQL itself: the same as `todoOf` makes of each row, but taking fifty rows
 * apart and putting them together again would cost the server more than all the rest of the request.
 *
 * @param base where the API is reached: "http://localhost:8080/api"
 */
export async function todoPage(db: Db, todos: SelectQueryBuilder<Schema, 'todos', TodoRow>, base: string): Promise<TodoPage> {
  const { rows } = await sql<TodoPage>`
    select '[' || coalesce(string_agg(row_to_json(page)::text, ','), '') || ']' as json, count(*)::int as count, (array_agg(page.id))[count(*)] as last_id
    from (
      select id, ${base}::text || '/todos/' || id as url, list_id as "listId", title, notes, due, priority, tags, position, client_order as "order",
        completed_at is not null as completed, ${instant('completed_at')} as "completedAt", ${instant('created_at')} as "createdAt",
        ${instant('updated_at')} as "updatedAt", version
      from (${todos}) as chosen
    ) as page`.execute(db);
  const [page] = rows;
  if (page === undefined) throw new Error('an aggregate returned no row');
  return page;
}

/** "2026-11-29T05:16:36.912Z"; sessions are in UTC. */
function instant(column: 'completed_at' | 'created_at' | 'updated_at') {
  return sql`to_char(${sql.ref(column)}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
