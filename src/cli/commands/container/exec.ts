import type { Client } from '../../../client/index.ts';
import type { ExecCreateBody } from '../../../api/index.ts';
import { readEnvironment } from '../../flags/env.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { parseDetachKeys } from '../../terminal/detach-keys.ts';
import { joinStreams } from '../../terminal/join-streams.ts';
import { followSize, rawTerminal, terminalSize } from '../../terminal/raw-terminal.ts';

/** `exec`: runs a command in a container. The exit code is the command's. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args, config } = call;
  const [container = '', ...command] = args;
  const detach = flags.bool('detach');
  const interactive = flags.bool('interactive') && !detach;
  const tty = flags.bool('tty');
  if (interactive && tty && !call.stdin.isTTY) throw new ExitError(1, 'the input device is not a TTY');
  const detachKeys = flags.string('detach-keys') || config().values.detachKeys || '';
  const size = tty ? terminalSize(call.stdout) : undefined;
  const body: ExecCreateBody = {
    User: flags.string('user'),
    Privileged: flags.bool('privileged'),
    Tty: tty,
    AttachStdin: interactive,
    AttachStdout: !detach,
    AttachStderr: !detach,
    DetachKeys: detachKeys,
    Env: readEnvironment(flags.list('env-file'), flags.list('env'), call.env),
    WorkingDir: flags.string('workdir'),
    Cmd: command,
    ...(size ? { ConsoleSize: [size.rows, size.columns] as const } : {}),
  };
  const client = await call.connect();
  const { Id } = await client.execs.create(container, body);
  if (!detach) return await attached(call, client, Id, { tty, interactive, detachKeys });
  await client.execs.startDetached(Id, { tty });
  return 0;
}

async function attached(
  call: Invocation,
  client: Client,
  id: string,
  { tty, interactive, detachKeys }: { tty: boolean; interactive: boolean; detachKeys: string },
): Promise<number> {
  const keys = parseDetachKeys(detachKeys);
  const connection = await client.execs.start(id, { tty, size: tty ? terminalSize(call.stdout) : undefined });
  {
    using cleanup = new DisposableStack();
    if (tty && interactive) cleanup.use(rawTerminal(call.stdin));
    if (tty) cleanup.use(followSize(call.stdout, (size) => client.execs.resize(id, size)));
    const end = await joinStreams(connection.stream, { stdin: interactive ? call.stdin : undefined, to: call, tty, keys });
    if (end === 'detached') throw new ExitError(1, 'read escape sequence');
  }
  const { ExitCode } = await client.execs.inspect(id);
  return ExitCode ?? 0;
}
