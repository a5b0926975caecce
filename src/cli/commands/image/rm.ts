import { isEngineError } from '../../../base/index.ts';
import { failureText } from '../../connect/report-error.ts';
import { parsePlatform } from '../../flags/platform.ts';
import type { Invocation } from '../../invocation.ts';

/** `rmi`: removes images, name by name, and prints what went. With --force a name that is not there is no failure of the exit code. */
export async function run({ args, flags, stdout, stderr, connect }: Invocation): Promise<number> {
  const client = await connect();
  const force = flags.bool('force');
  const failures: string[] = [];
  let fatal = false;
  for (const name of args) {
    try {
      const gone = await client.images.remove(name, {
        force,
        noPrune: flags.bool('no-prune'),
        platforms: flags.list('platform').flatMap((one) => parsePlatform(one) ?? []),
      });
      stdout.write(gone.map(({ Deleted, Untagged }) => (Deleted ? `Deleted: ${Deleted}\n` : `Untagged: ${Untagged ?? ''}\n`)).join(''));
    } catch (error) {
      fatal ||= !isEngineError(error, 'NOT_FOUND');
      failures.push(failureText(error));
    }
  }
  if (failures.length > 0) stderr.write(`${failures.join('\n')}\n`);
  return failures.length > 0 && (fatal || !force) ? 1 : 0;
}
