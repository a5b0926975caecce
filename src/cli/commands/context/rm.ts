import { messageOf } from '../../../base/index.ts';
import { ContextStore } from '../../config/context-store.ts';
import { currentContext } from '../../connect/endpoint.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `context rm`: removes contexts and prints their names. */
export function run(call: Invocation): Promise<number> {
  const { args, stdout, stderr } = call;
  const failures: string[] = [];
  for (const name of args) {
    try {
      remove(call, name);
      stdout.write(`${name}\n`);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  if (failures.length > 0) stderr.write(`${failures.join('\n')}\n`);
  return Promise.resolve(failures.length > 0 ? 1 : 0);
}

function remove({ flags, globals, config, env }: Invocation, name: string): void {
  const force = flags.bool('force');
  if (name === 'default') throw new ExitError(1, 'context "default" cannot be removed');
  const store = new ContextStore(config().directory);
  if (!store.find(name)) {
    if (force) return;
    throw new ExitError(1, `context ${JSON.stringify(name)} does not exist`);
  }
  const inUse = currentContext(globals, config, env) === name;
  if (inUse && !force) throw new ExitError(1, `context ${JSON.stringify(name)} is in use, set -f flag to force remove`);
  if (inUse) config().save({ currentContext: undefined });
  store.remove(name);
}
