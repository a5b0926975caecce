import type { Invocation } from '../invocation.ts';
import { eachContainer } from './each-container.ts';
import { containersOf } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose pause`: freezes running containers. */
export async function run(call: Invocation): Promise<number> {
  const target = projectOrName(call);
  const client = await call.connect();
  const containers = await containersOf(client, target, call.args);
  const wanted = containers.filter(({ state }) => state === 'running');
  await eachContainer(call, client, wanted, { title: 'Pausing', begin: 'Pausing', end: 'Paused' }, (engine, { id }) => engine.containers.pause(id));
  return 0;
}
