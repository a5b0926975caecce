import { failureText } from '../../connect/report-error.ts';
import type { Invocation } from '../../invocation.ts';

/** `wait`: prints the exit code of each container as it ends, in the order given. */
export async function run({ args, connect, stdout, stderr }: Invocation): Promise<number> {
  const client = await connect();
  const failures: string[] = [];
  for (const name of args) {
    try {
      const { exit } = await client.containers.wait(name);
      stdout.write(`${(await exit).StatusCode}\n`);
    } catch (error) {
      failures.push(failureText(error));
    }
  }
  if (failures.length > 0) stderr.write(`${failures.join('\n')}\n`);
  return failures.length > 0 ? 1 : 0;
}
