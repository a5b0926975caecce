import { ContextStore } from '../../config/context-store.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { checkContextName, readEndpoint } from './context-options.ts';

/** `context create`. */
export async function run(call: Invocation): Promise<void> {
  const { args, flags, config, stdout, stderr } = call;
  const name = args[0] ?? '';
  checkContextName(name);
  const store = new ContextStore(config().directory);
  if (store.find(name)) throw new ExitError(1, `context ${JSON.stringify(name)} already exists`);
  const { endpoint, tls } = await source(call, store);
  const description = flags.string('description');
  store.put({ Name: name, Metadata: description ? { Description: description } : {}, Endpoints: { docker: endpoint } }, tls);
  stdout.write(`${name}\n`);
  stderr.write(`Successfully created context ${JSON.stringify(name)}\n`);
}

async function source({ flags, globals, config, env }: Invocation, store: ContextStore): ReturnType<() => Promise<ReturnType<typeof readEndpoint>>> {
  if (flags.changed('docker') && flags.changed('from')) throw new ExitError(1, 'cannot use --docker and --from together');
  if (flags.changed('docker')) return readEndpoint(flags.list('docker'), store);
  const from = flags.string('from');
  if (from && from !== 'default') return readEndpoint([`from=${from}`], store);
  const { resolveEndpoint } = await import('../../connect/endpoint.ts');
  const { host } = await resolveEndpoint(globals, config, env);
  return { endpoint: { Host: host, SkipTLSVerify: false }, tls: {} };
}
