import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Database } from '../database/open.ts';
import type { Hub } from '../live/hub.ts';
import { Problem } from './problem.ts';

/** What routes need; `app.ts` makes it. */
export interface Context {
  readonly config: Config;
  readonly database: Database;
  readonly hub: Hub;
}

/** Adds a group of routes to the application. */
export type Routes = (app: FastifyInstance, context: Context) => void;

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose data the request is about; empty until the guard has let it in. */
    accountId: string;
  }
  interface FastifyContextConfig {
    /** The route answers people who are not signed in. */
    open?: boolean;
  }
}

/** Where the caller reaches the API: "http://localhost:8080/api". */
export const apiBase = (request: FastifyRequest) => `${request.protocol}://${request.host}/api`;

/** The version that the If-Match header names; undefined when there is none, or when it is "*". */
export function ifMatch(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return undefined;
  const [, version] = /^"(\d{1,9})"$/.exec(header) ?? [];
  if (version === undefined) throw new Problem(400, 'Invalid If-Match', { detail: `If-Match must be one entity tag such as "3" in quotes, not ${header}` });
  return Number(version);
}
