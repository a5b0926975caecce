import type { FastifyRequest } from 'fastify';
import { singleAccountId } from '../database/migrations.ts';
import type { Routes } from '../server/context.ts';
import { Problem } from '../server/problem.ts';
import { findSession } from './session.ts';

const cookieNames = ['__Host-todo', 'todo'];

/** Says whose data a request is about; without accounts, everybody's. */
export const guard: Routes = (app, { config, database: { db } }) => {
  app.decorateRequest('accountId', '');
  if (config.accounts === 'off') {
    app.addHook('onRequest', (request, _reply, done) => {
      request.accountId = singleAccountId;
      done();
    });
  } else {
    app.addHook('onRequest', async (request) => {
      if (request.routeOptions.config.open !== true && !request.is404) request.accountId = await signedIn(request);
    });
  }

  async function signedIn(request: FastifyRequest): Promise<string> {
    const token = sessionCookie(request);
    const session = token === undefined ? undefined : await findSession(db, token);
    if (session === undefined) throw new Problem(401, 'Not signed in');
    return session.accountId;
  }
};

/** The session's secret, if the request carries one. */
export function sessionCookie(request: FastifyRequest): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name = '', value] = pair.trim().split('=', 2);
    if (cookieNames.includes(name)) return value;
  }
  return undefined;
}

/** Over HTTPS the name itself makes browsers insist on Secure, this host and this path. */
export function cookieHeader(request: FastifyRequest, value: string, maxAgeSeconds: number): string {
  const secure = request.protocol === 'https';
  return `${secure ? cookieNames[0] : cookieNames[1]}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`;
}
