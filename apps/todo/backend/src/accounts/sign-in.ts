import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Db } from '../database/open.ts';
import { cookieHeader } from './guard.ts';
import { openSession, sessionSeconds } from './session.ts';

/** What /api/session says. */
export const Who = Type.Object({ accounts: Type.Boolean(), name: Type.Unsafe<string | null>({ type: ['string', 'null'] }) });

export const AccountName = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\s\\u0000]+$' });

/** Opens a session for the account and sets the cookie that carries it. */
export async function signIn(db: Db, request: FastifyRequest, reply: FastifyReply, { id, name }: { id: string; name: string }): Promise<FastifyReply> {
  const token = await openSession(db, id);
  return await reply.header('set-cookie', cookieHeader(request, token, sessionSeconds)).send({ accounts: true, name });
}
