import { ContextStore } from '../../config/context-store.ts';
import type { Invocation } from '../../invocation.ts';
import { checkContextName, readEndpoint } from './context-options.ts';

/** `context update`. */
export function run({ args, flags, config, stdout, stderr }: Invocation): Promise<void> {
  const name = args[0] ?? '';
  checkContextName(name);
  const store = new ContextStore(config().directory);
  const meta = store.get(name);
  const { endpoint, tls } = flags.changed('docker')
    ? readEndpoint(flags.list('docker'), store)
    : { endpoint: meta.Endpoints['docker'] ?? { SkipTLSVerify: false }, tls: store.tlsFiles(name) };
  const Metadata = flags.changed('description') ? { ...meta.Metadata, Description: flags.string('description') } : meta.Metadata;
  store.put({ ...meta, Metadata, Endpoints: { ...meta.Endpoints, docker: endpoint } }, tls);
  stdout.write(`${name}\n`);
  stderr.write(`Successfully updated context ${JSON.stringify(name)}\n`);
  return Promise.resolve();
}
