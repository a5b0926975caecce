import { failureText } from '../../connect/report-error.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `rename`: gives a container another name. */
export async function run({ args, connect }: Invocation): Promise<void> {
  const [from = '', to = ''] = args.map((name) => name.trim());
  if (from === '' || to === '') throw new ExitError(1, 'Error: Neither old nor new names may be empty');
  const client = await connect();
  try {
    await client.containers.rename(from, to);
  } catch (error) {
    throw new ExitError(1, `${failureText(error)}\nError: failed to rename container named ${from}`);
  }
}
