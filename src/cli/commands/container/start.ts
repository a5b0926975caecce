import { failureText } from '../../connect/report-error.ts';
import type { Client } from '../../../client/index.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { parseDetachKeys } from '../../terminal/detach-keys.ts';
import { forwardSignals } from '../../terminal/forward-signals.ts';
import { joinStreams } from '../../terminal/join-streams.ts';
import { followSize, rawTerminal } from '../../terminal/raw-terminal.ts';

/** `start`: starts containers; with -a or -i one of them, and stays with it until it ends. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  if (flags.string('checkpoint')) throw new ExitError(1, 'checkpoints are not supported: start the container without --checkpoint');
  const attach = flags.bool('attach') || flags.bool('interactive');
  if (attach && args.length > 1) throw new ExitError(1, 'you cannot start and attach multiple containers at once');
  const client = await call.connect();
  return attach ? await startAttached(call, client, args[0] ?? '') : await startAll(call, client);
}

async function startAll({ args, stdout, stderr }: Invocation, client: Client): Promise<number> {
  const failed: string[] = [];
  for (const name of args) {
    try {
      await client.containers.start(name);
      stdout.write(`${name}\n`);
    } catch (error) {
      stderr.write(`${failureText(error)}\n`);
      failed.push(name);
    }
  }
  if (failed.length > 0) stderr.write(`Error: failed to start containers: ${failed.join(', ')}\n`);
  return failed.length > 0 ? 1 : 0;
}

async function startAttached(call: Invocation, client: Client, name: string): Promise<number> {
  const { flags, stdin, config } = call;
  const { Id, Config, HostConfig } = await client.containers.inspect(name);
  const useStdin = flags.bool('interactive') && Config.OpenStdin;
  const detachKeys = flags.string('detach-keys') || config().values.detachKeys;
  const keys = parseDetachKeys(detachKeys ?? '');
  using cleanup = new DisposableStack();
  if (!Config.Tty) cleanup.use(forwardSignals((signal) => client.containers.kill(Id, signal)));
  const [connection, { exit }] = await Promise.all([
    client.containers.attach(Id, { stdin: useStdin, stdout: true, stderr: true, detachKeys }),
    client.containers.wait(Id, { condition: HostConfig.AutoRemove ? 'removed' : 'next-exit' }),
  ]);
  if (Config.Tty && stdin.isTTY && useStdin) cleanup.use(rawTerminal(stdin));
  const joined = joinStreams(connection.stream, { stdin: useStdin ? stdin : undefined, to: call, tty: Config.Tty, keys });
  joined.catch(() => undefined);
  try {
    await client.containers.start(Id);
  } catch (error) {
    connection.stream.destroy();
    await joined;
    throw error;
  }
  if (Config.Tty) cleanup.use(followSize(call.stdout, (size) => client.containers.resize(Id, size)));
  if ((await joined) === 'detached') return 0;
  return (await exit).StatusCode;
}
