import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { EngineError } from '../base/index.ts';
import { migrate } from './migrations.ts';
import { recordsOf } from './records.ts';
import type { Records } from './records.ts';
import { reserveRoom } from './reserve.ts';

/**
 * The one database of an engine: every record of every store, written before the kernel is changed.
 *
 * `STATE/slipway.db` is SQLite in WAL mode with `synchronous=NORMAL`: a commit costs no fsync and survives SIGKILL of
 * the engine at any line; a power cut may lose the last commits, never the file. Source: sqlite.org/pragma.html.
 */
export interface State extends Disposable {
  /** The records of one kind, "container" for example. Kinds need no declaration. */
  records<T>(kind: string): Records<T>;
  /** Runs `work` as one transaction: all of its writes are kept, or none when it throws. Must be synchronous. Nested calls join the outer one. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Opens, creates or migrates the database at `file` (":memory:" for tests). Throws DATA_LOSS when it is no database of ours. */
export function openState(file: string): State {
  const database = open(file);
  let depth = 0;
  const transaction = <T>(work: () => T): T => {
    if (depth > 0) return work();
    depth++;
    try {
      return inTransaction(database, work);
    } finally {
      depth--;
    }
  };
  const close = (): void => {
    if (database.isOpen) database.close();
  };
  return { records: (kind) => recordsOf(database, kind), transaction, close, [Symbol.dispose]: close };
}

function open(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file);
    if (file !== ':memory:') chmodSync(file, 0o600);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000');
    migrate(database);
    if (file !== ':memory:') reserveRoom(database);
    return database;
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const advice = 'Move it away to start with an empty engine, or restore it from a backup.';
    throw new EngineError('DATA_LOSS', `Cannot open the state database "${file}": ${String(cause instanceof Error ? cause.message : cause)}. ${advice}`, {
      cause,
    });
  }
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
