import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { unsupported } from '../../table/unsupported.ts';

/** A command of Docker's that Slipway does not have: says so and names the way. */
export function run(call: Invocation): Promise<never> {
  const name = call.path.split(' ').at(-1) ?? '';
  return Promise.reject(new ExitError(1, `${call.program}: '${call.path}' is not supported. ${unsupported[name] ?? ''}`));
}
