import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { containersOf } from './selection.ts';
import { isDryRun, projectOrName } from './session.ts';

/** `compose cp`: copies files from a container of a service, or into all of them. */
export async function run(call: Invocation): Promise<void> {
  const { flags, args } = call;
  const [source = '', target = ''] = args;
  const [from, to] = [serviceOf(source), serviceOf(target)];
  if (from !== undefined && to !== undefined) throw new ExitError(1, 'copying between services is not supported');
  const service = from ?? to;
  if (service === undefined) throw new ExitError(1, 'unknown copy direction');
  const client = await call.connect();
  const index = flags.int('index');
  const all = await containersOf(client, projectOrName(call), [service], { oneOff: flags.bool('all') });
  const found = all.filter(({ number }) => index === 0 || number === index);
  if (!found.length) throw new ExitError(1, index ? `service "${service}" is not running container #${index}` : `no container found for service "${service}"`);
  const { run: copy } = await import('../commands/container/cp.ts');
  // From one container only; into all of them unless one is named.
  for (const { id, name } of from === undefined ? found : found.slice(0, 1)) {
    const words = [source, target].map((word) => (serviceOf(word) === service ? `${id}${word.slice(service.length)}` : word));
    if (isDryRun(call)) call.stderr.write(` DRY-RUN MODE -  ${name}  would copy ${source} to ${target}\n`);
    else await copy({ ...call, args: words });
  }
}

/** "web:/etc/x" names the service web; "./a:b" and "/a:b" are paths of this machine. */
function serviceOf(word: string): string | undefined {
  return /^([a-zA-Z0-9][\w.-]*):/.exec(word)?.[1];
}
