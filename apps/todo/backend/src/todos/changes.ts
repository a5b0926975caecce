import { sql } from 'kysely';
import type { Db } from '../database/open.ts';
import type { ListRow, TodoRow } from '../database/schema.ts';

export interface Changes {
  todos: TodoRow[];
  lists: ListRow[];
  /** Where the next question starts. */
  token: string;
  /** The answer holds everything there is; what it lacks is gone. */
  full: boolean;
}

/**
 * Everything of the account that changed since the token, deleted rows among it. The token names the oldest transaction that was
 * still running when it was given, so a change that commits late is not missed; a few rows may come twice. A token of another
 * database, or of tables that were restored from a backup meanwhile, is answered with everything.
 */
export async function changesSince(db: Db, accountId: string, since: string | undefined): Promise<Changes> {
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const now = await currentToken(transaction);
      const from = usable(since, now);
      const todos = transaction.selectFrom('todos').selectAll().where('accountId', '=', accountId);
      const lists = transaction.selectFrom('lists').selectAll().where('accountId', '=', accountId);
      const full = from === undefined;
      return {
        todos: await (full ? todos.where('deletedAt', 'is', null) : todos.where(sql<boolean>`changed_in >= ${from}::xid8`)).execute(),
        lists: await (full ? lists.where('deletedAt', 'is', null) : lists.where(sql<boolean>`changed_in >= ${from}::xid8`)).execute(),
        token: `${now.cluster}.${now.oldest}`,
        full,
      };
    });
}

interface Position {
  cluster: string;
  oldest: string;
}

async function currentToken(db: Db): Promise<Position> {
  const { rows } =
    await sql<Position>`select system_identifier || '-' || 'todos'::regclass::oid as cluster, pg_snapshot_xmin(pg_current_snapshot())::text as oldest from pg_control_system()`.execute(
      db,
    );
  const [row] = rows;
  if (row === undefined) throw new Error('pg_control_system() returned no row');
  return row;
}

function usable(since: string | undefined, now: Position): string | undefined {
  const [, cluster, oldest] = /^(\d{1,20}-\d{1,10})\.(\d{1,20})$/.exec(since ?? '') ?? [];
  if (cluster !== now.cluster || oldest === undefined || BigInt(oldest) > BigInt(now.oldest)) return undefined;
  return oldest;
}
