import { pendingMigrations } from '../database/migrate.ts';
import type { Routes } from './context.ts';
import { Problem, toProblem } from './problem.ts';

/** /health: the process lives (restart it otherwise). /ready: it can do its work (send it no requests otherwise). */
export function healthRoutes(state: { draining: boolean }): Routes {
  return (app, { database: { db } }) => {
    const options = { schema: { tags: ['operation'] }, config: { open: true }, logLevel: 'warn' } as const;

    app.get('/health', options, async () => ({ status: 'ok' }));

    app.get('/ready', options, async () => {
      if (state.draining) throw new Problem(503, 'Stopping');
      const pending = await pendingMigrations(db).catch((error: unknown) => {
        throw new Problem(503, 'The database cannot be reached', { detail: toProblem(error).title, cause: error });
      });
      if (pending.length > 0) throw new Problem(503, 'Migrations are missing', { detail: pending.join(', ') });
      return { status: 'ready' };
    });
  };
}
