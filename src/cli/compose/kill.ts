import { isEngineError } from '../../base/index.ts';
import type { Invocation } from '../invocation.ts';
import { eachContainer } from './each-container.ts';
import { containersOf } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose kill`: sends a signal to running containers. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args, stderr } = call;
  const target = projectOrName(call);
  const client = await call.connect();
  const all = await containersOf(client, target, args);
  const known = (service: string): boolean => !target.project || service in target.project.services || service in target.project.disabledServices;
  const running = all.filter(({ state, service }) => (state === 'running' || state === 'paused') && (known(service) || flags.bool('remove-orphans')));
  if (!running.length) {
    stderr.write('no container to kill\n');
    return 1;
  }
  await eachContainer(call, client, running, { title: 'Killing', begin: 'Killing', end: 'Killed' }, async (engine, { id, service }) => {
    try {
      await engine.containers.kill(id, flags.string('signal'));
    } catch (error) {
      // It ended by itself meanwhile.
      if (!isEngineError(error, 'CONFLICT')) throw error;
    }
    if (!known(service)) await engine.containers.remove(id, { force: true });
  });
  return 0;
}
