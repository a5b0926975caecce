import { isEngineError } from '../../../base/index.ts';
import { failureText } from '../../connect/report-error.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `network rm`: removes networks and prints their names. */
export async function run({ args, flags, connect, stdout, stderr }: Invocation): Promise<void> {
  const client = await connect();
  let failed = false;
  for (const name of args) {
    try {
      await client.networks.remove(name);
      stdout.write(`${name}\n`);
    } catch (error) {
      if (flags.bool('force') && isEngineError(error, 'NOT_FOUND')) continue;
      stderr.write(`${failureText(error)}\n`);
      failed = true;
    }
  }
  if (failed) throw new ExitError(1, 'exit status 1');
}
