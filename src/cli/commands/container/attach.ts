import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { parseDetachKeys } from '../../terminal/detach-keys.ts';
import { forwardSignals } from '../../terminal/forward-signals.ts';
import { joinStreams } from '../../terminal/join-streams.ts';
import { followSize, rawTerminal } from '../../terminal/raw-terminal.ts';

/** `attach`: joins a running container. The exit code is the container's. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args, stdin, config } = call;
  const client = await call.connect();
  const { Id, State, Config } = await client.containers.inspect(args[0] ?? '');
  if (!State.Running) throw new ExitError(1, 'You cannot attach to a stopped container, start it first');
  if (State.Paused) throw new ExitError(1, 'You cannot attach to a paused container, unpause it first');
  if (State.Restarting) throw new ExitError(1, 'You cannot attach to a restarting container, wait until it is running');
  const useStdin = !flags.bool('no-stdin') && Config.OpenStdin;
  if (useStdin && Config.Tty && !stdin.isTTY) throw new ExitError(1, 'the input device is not a TTY');
  const detachKeys = flags.string('detach-keys') || config().values.detachKeys;
  const keys = parseDetachKeys(detachKeys ?? '');
  const [connection, { exit }] = await Promise.all([
    client.containers.attach(Id, { stdin: useStdin, stdout: true, stderr: true, detachKeys }),
    client.containers.wait(Id),
  ]);
  {
    using cleanup = new DisposableStack();
    if (flags.bool('sig-proxy') && !Config.Tty) cleanup.use(forwardSignals((signal) => client.containers.kill(Id, signal)));
    if (useStdin && Config.Tty) cleanup.use(rawTerminal(stdin));
    if (Config.Tty) cleanup.use(followSize(call.stdout, (size) => client.containers.resize(Id, size)));
    const end = await joinStreams(connection.stream, { stdin: useStdin ? stdin : undefined, to: call, tty: Config.Tty, keys });
    if (end === 'detached') throw new ExitError(1, 'read escape sequence');
  }
  const { StatusCode, Error: failure } = await exit;
  if (failure) throw new Error(failure.Message);
  return StatusCode;
}
