import type { Config } from '../config.ts';
import { migrate } from '../database/migrate.ts';
import { openDatabase } from '../database/open.ts';

/** Brings the database up to date; run once, before the servers of a new version start. */
export async function run(config: Config): Promise<number> {
  await using database = await openDatabase(config, console.error);
  const applied = await migrate(database.db);
  console.log(applied.length === 0 ? 'The database is up to date' : `Applied ${applied.join(', ')}`);
  return 0;
}
