import type { Config } from '../config.ts';
import { openDatabase } from '../database/open.ts';
import { buildApp } from '../server/app.ts';
import { purgeDeleted } from '../todos/purge.ts';

const purgeEveryMs = 60 * 60 * 1000;

/** Serves until SIGTERM or SIGINT, then finishes what it has begun. */
export async function run(config: Config): Promise<number> {
  const stop = signalled(['SIGTERM', 'SIGINT']);
  let log = (error: Error) => console.error(error);
  await using database = await openDatabase(config, (error) => log(error));
  const app = await buildApp(config, database);
  log = (error) => app.server.log.warn({ err: error }, 'database connection lost');
  const purge = setInterval(() => void purgeDeleted(database.db).catch(log), purgeEveryMs).unref();
  await app.server.listen({ host: config.host, port: config.port });
  const signal = await stop;
  app.server.log.info({ signal }, 'stopping: letting requests finish');
  clearInterval(purge);
  // A request that never ends must not keep the container from stopping in time.
  setTimeout(() => process.exit(1), config.drainMs).unref();
  await app.close();
  return 0;
}

function signalled(signals: NodeJS.Signals[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, resolve);
  });
}
