import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../database/open.ts';

const days = 30;
export const sessionSeconds = days * 24 * 60 * 60;

export interface SignedIn {
  accountId: string;
  name: string;
}

/** Returns the secret that the browser keeps; the database keeps its hash. */
export async function openSession(db: Db, accountId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db
    .deleteFrom('sessions')
    .where('expiresAt', '<', sql<string>`now()`)
    .execute();
  await db
    .insertInto('sessions')
    .values({ tokenHash: hashOf(token), accountId, expiresAt: sql<string>`now() + make_interval(days => ${days})` as never })
    .execute();
  return token;
}

export async function findSession(db: Db, token: string): Promise<SignedIn | undefined> {
  return await db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.accountId')
    .select(['sessions.accountId', 'accounts.name'])
    .where('tokenHash', '=', hashOf(token))
    .where('expiresAt', '>', sql<string>`now()`)
    .executeTakeFirst();
}

export async function closeSession(db: Db, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('tokenHash', '=', hashOf(token)).execute();
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
