import type { Invocation } from '../invocation.ts';
import { eachContainer } from './each-container.ts';
import { containersOf } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose unpause`: lets frozen containers run on. */
export async function run(call: Invocation): Promise<number> {
  const target = projectOrName(call);
  const client = await call.connect();
  const containers = await containersOf(client, target, call.args);
  const wanted = containers.filter(({ state }) => state === 'paused');
  await eachContainer(call, client, wanted, { title: 'Unpausing', begin: 'Unpausing', end: 'Unpaused' }, (engine, { id }) => engine.containers.unpause(id));
  return 0;
}
