import type { Invocation } from '../invocation.ts';
import { containersOf } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose stats`: resource use of the project's containers. */
export async function run(call: Invocation): Promise<void> {
  const client = await call.connect();
  const containers = await containersOf(client, projectOrName(call), call.args);
  const shown = call.flags.bool('all') ? containers : containers.filter(({ state }) => state === 'running' || state === 'paused');
  if (!shown.length) return;
  const { run: stats } = await import('../commands/container/stats.ts');
  await stats({ ...call, args: shown.map(({ id }) => id) });
}
