import type { DatabaseSync } from 'node:sqlite';

/** Room that is kept for records when the disk is full: some thousand of them. */
const reserveBytes = 2 << 20;

/**
 * Makes database and write-ahead log larger than they need to be. Both keep the size that they once had and are written anew from
 * within, so records of how containers ended and of what was removed can still be written on a full disk: the engine goes on, and
 * removing things makes room again. The log is emptied into the database before it outgrows its share.
 */
export function reserveRoom(database: DatabaseSync): void {
  const pageSize = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  const free = Number(database.prepare('PRAGMA freelist_count').get()?.['freelist_count']);
  database.exec(`PRAGMA wal_autocheckpoint = ${Math.floor(reserveBytes / pageSize / 2)}`);
  if (free * pageSize >= reserveBytes / 2) return;
  try {
    database.exec(`BEGIN; CREATE TABLE reserve (room BLOB); INSERT INTO reserve VALUES (zeroblob(${reserveBytes})); DROP TABLE reserve; COMMIT`);
  } catch {
    // The disk is full already. What room there is must do.
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}
