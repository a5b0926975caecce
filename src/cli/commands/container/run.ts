import { isEngineError } from '../../../base/index.ts';
import type { Client } from '../../../client/index.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { parseDetachKeys } from '../../terminal/detach-keys.ts';
import { forwardSignals } from '../../terminal/forward-signals.ts';
import { joinStreams, type StreamEnd } from '../../terminal/join-streams.ts';
import { followSize, rawTerminal, terminalSize } from '../../terminal/raw-terminal.ts';
import { checkedBody, withHelp } from './checked-body.ts';
import type { CreateBody } from './create-body.ts';
import { createContainer } from './create-container.ts';

/** `run`: creates, attaches, starts and waits. The exit code is the container's; 125, 126 and 127 tell that it did not start. */
export async function run(call: Invocation): Promise<number> {
  const { flags } = call;
  const detach = flags.bool('detach');
  const body = runBody(call, checkedBody(call), detach);
  if (!detach && body.AttachStdin && body.Tty && !call.stdin.isTTY) throw new ExitError(1, 'the input device is not a TTY');
  const client = await call.connect();
  try {
    const { Id } = await createContainer(call, client, body);
    return detach ? await startDetached(call, client, Id) : await runAttached(call, client, Id, body);
  } catch (error) {
    throw withHelp(call, error, startFailureCode(error));
  }
}

function runBody(call: Invocation, body: CreateBody, detach: boolean): CreateBody {
  if (detach && call.flags.list('attach').length > 0) throw new ExitError(1, 'conflicting options: cannot specify both --attach and --detach');
  const size = body.Tty ? terminalSize(call.stdout) : undefined;
  const HostConfig = size ? { ...body.HostConfig, ConsoleSize: [size.rows, size.columns] as const } : body.HostConfig;
  return detach ? { ...body, HostConfig, AttachStdin: false, AttachStdout: false, AttachStderr: false, StdinOnce: false } : { ...body, HostConfig };
}

async function startDetached(call: Invocation, client: Client, id: string): Promise<number> {
  await client.containers.start(id);
  call.stdout.write(`${id}\n`);
  return 0;
}

async function runAttached(call: Invocation, client: Client, id: string, body: CreateBody): Promise<number> {
  const { flags, config } = call;
  const tty = body.Tty === true;
  const detachKeys = flags.string('detach-keys') || config().values.detachKeys;
  const keys = parseDetachKeys(detachKeys ?? '');
  using cleanup = new DisposableStack();
  if (flags.bool('sig-proxy')) cleanup.use(forwardSignals((signal) => client.containers.kill(id, signal)));
  const { AttachStdin, AttachStdout, AttachStderr } = body;
  const attaches = AttachStdin === true || AttachStdout === true || AttachStderr === true;
  const [connection, { exit }] = await Promise.all([
    attaches ? client.containers.attach(id, { stdin: AttachStdin, stdout: AttachStdout, stderr: AttachStderr, detachKeys }) : undefined,
    client.containers.wait(id, { condition: flags.bool('rm') ? 'removed' : 'next-exit' }),
  ]);
  if (tty && AttachStdin && call.stdin.isTTY) cleanup.use(rawTerminal(call.stdin));
  const joined = connection
    ? joinStreams(connection.stream, { stdin: AttachStdin ? call.stdin : undefined, to: call, tty, keys })
    : Promise.resolve<StreamEnd>('closed');
  joined.catch(() => undefined);
  try {
    await client.containers.start(id);
  } catch (error) {
    connection?.stream.destroy();
    await joined;
    // With --rm the engine removes what could not start; Docker's own client waits for that, too.
    if (flags.bool('rm')) await exit.catch(() => undefined);
    throw error;
  }
  if (tty) cleanup.use(followSize(call.stdout, (size) => client.containers.resize(id, size)));
  if ((await joined) === 'detached') return 0;
  const { StatusCode, Error: failure } = await exit;
  if (failure) throw new Error(failure.Message);
  return StatusCode;
}

/** Docker's codes for a container that did not start: 127 when its program is not there, 126 when it cannot be run, else 125. */
function startFailureCode(error: unknown): number {
  if (!isEngineError(error)) return 125;
  const { message } = error;
  if (/executable file not found|no such file or directory|system cannot find the file specified/.test(message) && !/^(invalid|error mounting)/.test(message))
    return 127;
  if (/permission denied|is a directory/.test(message)) return 126;
  return 125;
}
