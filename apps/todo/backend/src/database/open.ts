import { CamelCasePlugin, Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Config } from '../config.ts';
import { instantOf } from './instant.ts';
import { listenOnEmbedded, listenOnServer } from './listen.ts';
import { migrate } from './migrate.ts';
import { preparing } from './prepared.ts';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;

/** Calls back with the account whose data changed; `undefined` means that changes may have been missed. Stops when the signal aborts. */
export type Listen = (onChange: (accountId: string | undefined) => void, signal: AbortSignal) => void;

export interface Database extends AsyncDisposable {
  readonly db: Db;
  readonly listen: Listen;
  readonly embedded: boolean;
}

/** A day is a day: as a Date it would move with the time zone. */
const dayOf = (text: string) => text;

/** PostgreSQL at `databaseUrl`, or an embedded one (the same SQL), which is migrated at once because nobody else would. */
export async function openDatabase(config: Pick<Config, 'databaseUrl' | 'dataDirectory'>, onError: (error: Error) => void): Promise<Database> {
  return config.databaseUrl === undefined ? await openEmbedded(config.dataDirectory) : openServer(config.databaseUrl, onError);
}

function openServer(connectionString: string, onError: (error: Error) => void): Database {
  pg.types.setTypeParser(pg.types.builtins.DATE, dayOf);
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, instantOf);
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 10_000,
    keepAlive: true,
    application_name: 'todo-backend',
    options: '-c TimeZone=UTC',
  });
  pool.on('error', onError);
  // A connection that breaks while a request holds it fails that request's query; the event itself must be heard too, or it ends the process.
  pool.on('connect', (client) => client.on('error', onError));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: preparing(pool) }), plugins: [new CamelCasePlugin()] });
  return {
    db,
    embedded: false,
    listen: (onChange, signal) => listenOnServer(connectionString, { onChange, onError, signal }),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

async function openEmbedded(dataDirectory: string): Promise<Database> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await PGlite.create(dataDirectory, { parsers: { [pg.types.builtins.DATE]: dayOf, [pg.types.builtins.TIMESTAMPTZ]: instantOf } });
  await pglite.exec("set time zone 'UTC'");
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }), plugins: [new CamelCasePlugin()] });
  await migrate(db);
  return { db, embedded: true, listen: (onChange, signal) => listenOnEmbedded(pglite, onChange, signal), [Symbol.asyncDispose]: () => db.destroy() };
}
