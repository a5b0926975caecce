import { sql } from 'kysely';
import type { Db } from '../database/open.ts';
import { Problem } from '../server/problem.ts';

const windowMinutes = 15;

/** Counts a try and refuses it (429) when there were more than `limit` in a quarter of an hour; all replicas count together. */
export async function countAttempt(db: Db, key: string, limit: number): Promise<void> {
  const { rows } = await sql<{ count: number; wait: number }>`
    insert into attempts as a (key) values (${key})
    on conflict (key) do update set
      count = case when a.started_at < now() - make_interval(mins => ${windowMinutes}) then 1 else a.count + 1 end,
      started_at = case when a.started_at < now() - make_interval(mins => ${windowMinutes}) then now() else a.started_at end
    returning count, ceil(extract(epoch from started_at + make_interval(mins => ${windowMinutes}) - now()))::int as wait`.execute(db);
  const [row] = rows;
  if (row !== undefined && row.count > limit)
    throw new Problem(429, 'Too many attempts', { detail: `Try again in ${Math.ceil(row.wait / 60)} minutes.`, retryAfter: row.wait });
}

export async function forgetAttempts(db: Db, key: string): Promise<void> {
  await db.deleteFrom('attempts').where('key', '=', key).execute();
}
