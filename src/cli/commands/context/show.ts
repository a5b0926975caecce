import { currentContext } from '../../connect/endpoint.ts';
import type { Invocation } from '../../invocation.ts';

/** `context show`: the name of the context in use. */
export function run({ globals, config, env, stdout }: Invocation): Promise<void> {
  stdout.write(`${currentContext(globals, config, env)}\n`);
  return Promise.resolve();
}
