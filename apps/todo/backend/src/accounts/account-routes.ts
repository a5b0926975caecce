import type { Static } from 'typebox';
import { Type } from 'typebox';
import type { Routes } from '../server/context.ts';
import { Problem } from '../server/problem.ts';
import { countAttempt, forgetAttempts } from './attempts.ts';
import { cookieHeader, sessionCookie } from './guard.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { closeSession, findSession } from './session.ts';
import { AccountName, Who, signIn } from './sign-in.ts';

const Credentials = Type.Object({ name: AccountName, password: Type.String({ minLength: 10, maxLength: 200 }) }, { additionalProperties: false });
type Credentials = Static<typeof Credentials>;

const tags = ['accounts'];

export const accountRoutes: Routes = (app, { config, database: { db } }) => {
  const enabled = config.accounts === 'on';

  app.get('/api/session', { schema: { tags, summary: 'Who is signed in', response: { 200: Who } }, config: { open: true } }, async (request) => {
    const token = sessionCookie(request);
    const session = enabled && token !== undefined ? await findSession(db, token) : undefined;
    return { accounts: enabled, name: session?.name ?? null };
  });

  if (!enabled) return;

  app.post<{ Body: Credentials }>(
    '/api/accounts',
    { schema: { tags, summary: 'Make an account and sign in', body: Credentials, response: { 201: Who } }, config: { open: true } },
    async (request, reply) => {
      await countAttempt(db, `register ${request.ip}`, 20);
      const { name, password } = request.body;
      const account = await db
        .insertInto('accounts')
        .values({ name: name.toLowerCase(), password: await hashPassword(password) })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (account === undefined) throw new Problem(409, 'The name is taken');
      return await signIn(db, request, reply.code(201), { id: account.id, name });
    },
  );

  app.post<{ Body: Credentials }>(
    '/api/session',
    { schema: { tags, summary: 'Sign in', body: Credentials, response: { 200: Who } }, config: { open: true } },
    async (request, reply) => {
      const { name, password } = request.body;
      const key = `sign-in ${name.toLowerCase()} ${request.ip}`;
      await countAttempt(db, key, 10);
      const account = await db.selectFrom('accounts').select(['id', 'name', 'password']).where('name', '=', name.toLowerCase()).executeTakeFirst();
      if (!(await verifyPassword(password, account?.password ?? null)) || account === undefined) throw new Problem(401, 'Name or password is wrong');
      await forgetAttempts(db, key);
      return await signIn(db, request, reply, account);
    },
  );

  app.delete(
    '/api/session',
    { schema: { tags, summary: 'Sign out', response: { 204: Type.Null({ description: 'Done' }) } }, config: { open: true } },
    async (request, reply) => {
      const token = sessionCookie(request);
      if (token !== undefined) await closeSession(db, token);
      return reply
        .code(204)
        .header('set-cookie', cookieHeader(request, '', 0))
        .send();
    },
  );
};
