import type { Duplex } from 'node:stream';
import type { ExecStartBody } from '../api/index.ts';
import { EngineError, isEngineError } from '../base/index.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';
import { execLine, requireRunning } from './exec-create.ts';
import type { Exec } from './exec-table.ts';

/** Finds an exec that may be started now. NOT_FOUND or CONFLICT in Docker's words otherwise. */
export function startableExec(engine: EngineContext, id: string): Exec {
  const exec = engine.execs.resolve(id);
  if (exec.state === 'ended') throw new EngineError('CONFLICT', `exec command ${id} has already run`);
  if (exec.state !== 'created') throw new EngineError('CONFLICT', `exec command ${id} is already running`);
  requireRunning(exec.container, exec.container.id);
  return exec;
}

/** Starts the process. Answers the stream of what the client attached to; undefined when detached. */
export async function startExec(engine: EngineContext, exec: Exec, options: ExecStartBody = {}): Promise<Duplex | undefined> {
  const { container, body } = exec;
  const { task } = container;
  if (!task) throw new EngineError('CONFLICT', `container ${container.id} is not running`);
  exec.state = 'starting';
  const [height, width] = options.ConsoleSize ?? body.ConsoleSize ?? [0, 0];
  publishContainerEvent(engine, container, `exec_start: ${execLine(body.Cmd ?? [])}`, { execID: exec.id });
  try {
    exec.task = await task.exec({
      id: exec.id,
      process: exec.process,
      terminal: body.Tty ?? false,
      terminalSize: height > 0 && width > 0 ? { rows: height, columns: width } : undefined,
      attach: options.Detach ? {} : { stdin: body.AttachStdin, stdout: body.AttachStdout, stderr: body.AttachStderr },
    });
  } catch (error) {
    const exitCode = isEngineError(error) && typeof error.details['exitCode'] === 'number' ? error.details['exitCode'] : 126;
    ended(engine, exec, exitCode);
    throw error;
  }
  exec.state = 'running';
  exec.started.resolve();
  void exec.task.exited.then((exit) => ended(engine, exec, exit.exitCode));
  return exec.task.stream;
}

function ended(engine: EngineContext, exec: Exec, exitCode: number): void {
  engine.execs.end(exec, exitCode);
  publishContainerEvent(engine, exec.container, 'exec_die', { execID: exec.id, exitCode: String(exitCode) });
}
