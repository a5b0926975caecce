import AjvCompiler from '@fastify/ajv-compiler';
import swagger from '@fastify/swagger';
import type { FastifyHttpOptions, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify, { LogController } from 'fastify';
import type { Server } from 'node:http';
import { destination } from 'pino';
import { accountRoutes } from '../accounts/account-routes.ts';
import { passkeyRoutes } from '../accounts/passkey-routes.ts';
import { guard } from '../accounts/guard.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/open.ts';
import { listRoutes } from '../lists/list-routes.ts';
import { eventsRoute } from '../live/events-route.ts';
import { Hub } from '../live/hub.ts';
import { todoRoutes } from '../todos/todo-routes.ts';
import { transferRoutes } from '../transfer/transfer-routes.ts';
import { docsPage } from './docs-page.ts';
import { healthRoutes } from './health-routes.ts';
import { metrics } from './metrics.ts';
import { isPrivate } from './private-address.ts';
import { Problem, problemDocument, toProblem } from './problem.ts';
import { security } from './security.ts';

export interface App {
  readonly server: FastifyInstance;
  /** Refuses new work, ends the event streams, lets what is running finish. */
  close(): Promise<void>;
}

/** The whole HTTP face, not yet listening. The database stays the caller's. */
export async function buildApp(config: Config, database: Database): Promise<App> {
  const options: FastifyHttpOptions<Server> = {
    logger:
      config.logLevel === 'silent'
        ? false
        : {
            level: config.logLevel,
            base: { instance: config.instance },
            timestamp: () => `,"time":"${new Date().toISOString()}"`,
            // Written ten times a second, and at the end: a write of its own for each line would wake whoever reads the log 500 times.
            stream: destination({ sync: false, minLength: 4096, periodicFlush: 100 }),
          },
    logController: new LogController({ disableRequestLogging: true }),
    // The reverse proxy, which lives on a private network, says who called and under which name.
    trustProxy: isPrivate,
    bodyLimit: 8 * 1024 * 1024,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    schemaController: { compilersFactory: { buildValidator } },
  };
  const server: FastifyInstance = fastify(options);
  const stopped = new AbortController();
  const state = { draining: false };
  const hub = new Hub();
  database.listen((accountId) => hub.announce(accountId), stopped.signal);

  server.setErrorHandler((error, request, reply) => answerProblem(toProblem(error), request, reply));
  server.setNotFoundHandler((request, reply) =>
    answerProblem(new Problem(404, 'Not found', { detail: `There is nothing at ${request.method} ${request.url}` }), request, reply),
  );
  server.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      { method: request.method, url: request.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10, ip: request.ip },
      'request',
    );
    done();
  });
  await server.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Todo', version: '1.0.0', description: 'Lists and todos. Errors are problem documents (RFC 9457).' } },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => (typeof json['$id'] === 'string' ? json['$id'] : `schema${index}`) },
  });
  const context = { config, database, hub };
  for (const routes of [
    security,
    guard,
    metrics,
    healthRoutes(state),
    docsPage,
    accountRoutes,
    passkeyRoutes,
    todoRoutes,
    listRoutes,
    eventsRoute,
    transferRoutes,
  ])
    routes(server, context);
  await server.ready();

  return {
    server,
    async close() {
      state.draining = true;
      stopped.abort();
      hub.close();
      await server.close();
    },
  };
}

function answerProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  if (problem.status >= 500) request.log.error({ err: problem.cause ?? problem }, problem.title);
  if (problem.status === 503) reply.header('retry-after', '1');
  if (typeof problem.members['retryAfter'] === 'number') reply.header('retry-after', String(problem.members['retryAfter']));
  void reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problemDocument(problem));
}

/** Bodies are taken at their word: unknown fields and wrong types are errors. A query is text, so its numbers are read out of it. */
const buildValidator: ReturnType<typeof AjvCompiler> = (externalSchemas) => {
  const compile = AjvCompiler();
  const body = compile(externalSchemas, { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } });
  const rest = compile(externalSchemas, { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: true } });
  return (route) => (route.httpPart === 'body' ? body : rest)(route);
};
