import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { generateAuthenticationOptions, generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Db } from '../database/open.ts';
import type { Routes } from '../server/context.ts';
import { Problem } from '../server/problem.ts';
import { countAttempt } from './attempts.ts';
import { AccountName, Who, signIn } from './sign-in.ts';

const tags = ['accounts'];
const open = { config: { open: true } };
/** What the browser's authenticator answered; the library checks every part of it. */
const Answer = Type.Unsafe<never>({
  type: 'object',
  required: ['id', 'rawId', 'response', 'type'],
  properties: { id: { type: 'string', maxLength: 1500 } },
  additionalProperties: true,
});
const minutes = 5;

/** Accounts without passwords: a key pair that the device keeps, bound to this site, so that there is nothing to guess and nothing to phish. */
export const passkeyRoutes: Routes = (app, { config, database: { db } }) => {
  if (config.accounts === 'off') return;

  const named = Type.Object({ name: AccountName }, { additionalProperties: false });
  app.post<{ Body: { name: string } }>(
    '/api/passkeys/options',
    { schema: { tags, summary: 'Begin to make an account with a passkey', body: named }, ...open },
    async (request) => {
      const name = request.body.name.toLowerCase();
      await countAttempt(db, `register ${request.ip}`, 20);
      if (await nameTaken(db, name)) throw new Problem(409, 'The name is taken');
      const options = await generateRegistrationOptions({
        rpName: 'Todo',
        rpID: request.hostname,
        userName: name,
        attestationType: 'none',
        authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      });
      return await remembered(db, options);
    },
  );

  const registration = Type.Object({ name: AccountName, answer: Answer }, { additionalProperties: false });
  app.post<{ Body: { name: string; answer: RegistrationResponseJSON } }>(
    '/api/passkeys',
    { schema: { tags, summary: 'Make an account with a passkey and sign in', body: registration, response: { 201: Who } }, ...open },
    async (request, reply) => {
      const { name, answer } = request.body;
      const { registrationInfo } = await understood(verifyRegistrationResponse({ ...expectations(db, request), response: answer }));
      if (registrationInfo === undefined) throw new Problem(400, 'The passkey was not accepted');
      const { credential } = registrationInfo;
      const account = await db.transaction().execute(async (transaction) => {
        const { id } = await transaction.insertInto('accounts').values({ name: name.toLowerCase(), password: null }).returning('id').executeTakeFirstOrThrow();
        await transaction
          .insertInto('passkeys')
          .values({ id: credential.id, accountId: id, publicKey: credential.publicKey, counter: credential.counter, transports: credential.transports ?? [] })
          .execute();
        return { id, name: name.toLowerCase() };
      });
      return await signIn(db, request, reply.code(201), account);
    },
  );

  app.post('/api/passkeys/session/options', { schema: { tags, summary: 'Begin to sign in with a passkey' }, ...open }, async (request) => {
    await countAttempt(db, `passkey ${request.ip}`, 100);
    return await remembered(db, await generateAuthenticationOptions({ rpID: request.hostname, userVerification: 'preferred' }));
  });

  const assertion = Type.Object({ answer: Answer }, { additionalProperties: false });
  app.post<{ Body: { answer: AuthenticationResponseJSON } }>(
    '/api/passkeys/session',
    { schema: { tags, summary: 'Sign in with a passkey', body: assertion, response: { 200: Who } }, ...open },
    async (request, reply) => {
      const { answer } = request.body;
      const passkey = await db
        .selectFrom('passkeys')
        .innerJoin('accounts', 'accounts.id', 'passkeys.accountId')
        .select(['passkeys.id', 'publicKey', 'counter', 'accounts.id as accountId', 'name'])
        .where('passkeys.id', '=', answer.id)
        .executeTakeFirst();
      if (passkey === undefined) throw new Problem(401, 'Nobody has this passkey here');
      const credential = { id: passkey.id, publicKey: new Uint8Array(passkey.publicKey), counter: Number(passkey.counter) };
      const { verified, authenticationInfo } = await understood(verifyAuthenticationResponse({ ...expectations(db, request), response: answer, credential }));
      if (!verified) throw new Problem(401, 'The passkey was not accepted');
      await db.updateTable('passkeys').set({ counter: authenticationInfo.newCounter }).where('id', '=', passkey.id).execute();
      return await signIn(db, request, reply, { id: passkey.accountId, name: passkey.name });
    },
  );
};

async function nameTaken(db: Db, name: string): Promise<boolean> {
  return (await db.selectFrom('accounts').select('id').where('name', '=', name).executeTakeFirst()) !== undefined;
}

/** Keeps the challenge in the database, because the answer may come to another replica. */
async function remembered<T extends { challenge: string }>(db: Db, options: T): Promise<T> {
  await db
    .insertInto('challenges')
    .values({ challenge: options.challenge, accountId: null, expiresAt: sql`now() + make_interval(mins => ${minutes})` as never })
    .execute();
  return options;
}

/** Each challenge is answered once, in time, from a page of this very site. */
function expectations(db: Db, request: FastifyRequest) {
  return {
    expectedOrigin: `${request.protocol}://${request.host}`,
    expectedRPID: request.hostname,
    requireUserVerification: false,
    expectedChallenge: async (challenge: string) =>
      (await db
        .deleteFrom('challenges')
        .where('challenge', '=', challenge)
        .where('expiresAt', '>', sql<string>`now()`)
        .returning('challenge')
        .executeTakeFirst()) !== undefined,
  };
}

/** The library throws about everything that is not as it should be. Our own failures, the database's say, are not the caller's. */
async function understood<T>(verification: Promise<T>): Promise<T> {
  return await verification.catch((error: unknown) => {
    if (error instanceof Error && !('code' in error)) throw new Problem(400, 'The passkey was not accepted', { detail: error.message });
    throw error;
  });
}
