import { ContextStore } from '../../config/context-store.ts';
import type { Invocation } from '../../invocation.ts';

/** `context use`: the context of calls that name none. */
export function run({ args, config, env, stdout, stderr }: Invocation): Promise<void> {
  const name = args[0] ?? '';
  if (name !== 'default') new ContextStore(config().directory).get(name);
  config().save({ currentContext: name === 'default' ? undefined : name });
  stdout.write(`${name}\n`);
  stderr.write(`Current context is now ${JSON.stringify(name)}\n`);
  const variable = ['SLIPWAY_HOST', 'DOCKER_HOST'].find((one) => env[one]);
  if (variable && name !== 'default') {
    stderr.write(
      `Warning: ${variable} environment variable overrides the active context. To use ${JSON.stringify(name)}, either set the global --context flag, or unset ${variable} environment variable.\n`,
    );
  }
  return Promise.resolve();
}
