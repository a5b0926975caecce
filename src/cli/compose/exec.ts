import type { Invocation } from '../invocation.ts';
import { Flags } from '../parse/flags.ts';
import { containerOfService } from './selection.ts';
import { isDryRun, projectOrName } from './session.ts';

/** `compose exec`: runs a command in a container of a service; with a terminal when there is one. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  const [service = '', ...command] = args;
  const client = await call.connect();
  const container = await containerOfService(client, projectOrName(call), service, { index: flags.int('index') });
  if (isDryRun(call)) {
    call.stderr.write(` DRY-RUN MODE -  Container ${container.name}  would run ${command.join(' ')}\n`);
    return 0;
  }
  const detach = flags.bool('detach');
  const interactive = flags.bool('interactive') && !detach;
  const tty = !flags.bool('no-tty') && !detach && call.stdin.isTTY && call.stdout.isTTY;
  const inner = new Flags();
  for (const [name, on] of Object.entries({ detach, interactive, tty, privileged: flags.bool('privileged') })) inner.add(name, String(on));
  for (const name of ['user', 'workdir']) if (flags.changed(name)) inner.add(name, flags.string(name));
  for (const variable of flags.list('env')) inner.add('env', variable);
  const { run: exec } = await import('../commands/container/exec.ts');
  return await exec({ ...call, flags: inner, args: [container.id, ...command] });
}
