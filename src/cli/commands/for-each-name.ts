import { failureText } from '../connect/report-error.ts';
import type { Invocation } from '../invocation.ts';

const AT_ONCE = 50;

/** Does `work` for every name, many at once, and prints each name that succeeded, in the order given; not those for which `work` gave 'quiet'. Failures come last, on stderr; then the exit code is 1. */
export async function forEachName(call: Invocation, names: readonly string[], work: (name: string) => Promise<unknown>): Promise<number> {
  const failures: string[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const batch = names.slice(at, at + AT_ONCE).map((name) => ({ name, done: settle(work(name)) }));
    for (const { name, done } of batch) {
      const { failure, quiet } = await done;
      if (failure !== undefined) failures.push(failure);
      else if (!quiet) call.stdout.write(`${name}\n`);
    }
  }
  if (failures.length > 0) call.stderr.write(`${failures.join('\n')}\n`);
  return failures.length > 0 ? 1 : 0;
}

async function settle(work: Promise<unknown>): Promise<{ failure?: string; quiet: boolean }> {
  try {
    return { quiet: (await work) === 'quiet' };
  } catch (error) {
    return { failure: failureText(error), quiet: false };
  }
}
