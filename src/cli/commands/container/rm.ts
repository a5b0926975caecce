import { isEngineError } from '../../../base/index.ts';
import type { Invocation } from '../../invocation.ts';
import { forEachName } from '../for-each-name.ts';

/** `rm`: removes containers. With --force a name that is not there is no failure of the exit code, as in Docker. */
export async function run(call: Invocation): Promise<number> {
  const { flags, stderr } = call;
  const client = await call.connect();
  const force = flags.bool('force');
  const options = { force, volumes: flags.bool('volumes'), link: flags.bool('link') };
  return await forEachName(call, call.args, async (name) => {
    const trimmed = name.replace(/^\/+/, '');
    if (trimmed === '') throw new Error('Container name cannot be empty');
    try {
      await client.containers.remove(trimmed, options);
    } catch (error) {
      if (!force || !isEngineError(error, 'NOT_FOUND')) throw error;
      stderr.write(`Error response from daemon: ${error.message}\n`);
      return 'quiet';
    }
    return undefined;
  });
}
