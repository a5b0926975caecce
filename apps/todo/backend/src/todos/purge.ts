import { sql } from 'kysely';
import type { Db } from '../database/open.ts';

/** Forgets what was deleted more than 30 days ago, sign-in attempts of yesterday and used-up challenges. */
export async function purgeDeleted(db: Db): Promise<void> {
  await db
    .deleteFrom('todos')
    .where('deletedAt', '<', sql<string>`now() - interval '30 days'`)
    .execute();
  await db
    .deleteFrom('lists')
    .where('deletedAt', '<', sql<string>`now() - interval '30 days'`)
    .execute();
  await db
    .deleteFrom('attempts')
    .where('startedAt', '<', sql<string>`now() - interval '1 day'`)
    .execute();
  await db
    .deleteFrom('challenges')
    .where('expiresAt', '<', sql<string>`now()`)
    .execute();
}
