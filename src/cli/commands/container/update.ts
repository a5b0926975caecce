import { failureText } from '../../connect/report-error.ts';
import type { ContainerUpdateBody } from '../../../api/index.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { resources, restartPolicy } from './create-body.ts';

const flagNames = [
  'blkio-weight',
  'cpu-period',
  'cpu-quota',
  'cpu-rt-period',
  'cpu-rt-runtime',
  'cpu-shares',
  'cpus',
  'cpuset-cpus',
  'cpuset-mems',
  'memory',
  'memory-reservation',
  'memory-swap',
  'pids-limit',
  'restart',
];

/** `update`: changes limits and restart policy of containers and prints their names. */
export async function run({ args, flags, connect, stdout, stderr }: Invocation): Promise<number> {
  if (!flagNames.some((name) => flags.changed(name))) throw new ExitError(1, 'you must provide one or more flags when using this command');
  const body: ContainerUpdateBody = { ...resources(flags), ...(flags.changed('restart') ? { RestartPolicy: restartPolicy(flags.string('restart')) } : {}) };
  const client = await connect();
  const warnings: string[] = [];
  const failures: string[] = [];
  for (const name of args) {
    try {
      warnings.push(...(await client.containers.update(name, body)));
      stdout.write(`${name}\n`);
    } catch (error) {
      failures.push(failureText(error));
    }
  }
  if (warnings.length > 0) stdout.write(`${warnings.join('\n')}\n`);
  if (failures.length > 0) stderr.write(`${failures.join('\n')}\n`);
  return failures.length > 0 ? 1 : 0;
}
