import type { DatabaseSync } from 'node:sqlite';

import { EngineError } from '../base/index.ts';

/** Each step takes the database from version n to n + 1; a shipped step is never changed. Version is SQLite's `user_version`. */
const steps: readonly string[] = [
  `CREATE TABLE record (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (kind, id)
  ) STRICT`,
];

/** Brings the database to the newest version, step by step, each in a transaction of its own. Throws FAILED_PRECONDITION when a newer engine wrote it. */
export function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > steps.length) {
    throw new EngineError(
      'FAILED_PRECONDITION',
      `The state database has version ${version}, this engine knows versions up to ${steps.length}: use the newer engine that wrote it.`,
    );
  }
  for (const [index, step] of steps.entries()) {
    if (index >= version) database.exec(`BEGIN; ${step}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
