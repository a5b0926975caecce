import type { ExecInspect } from '../api/index.ts';
import type { EngineContext } from './context.ts';

/** The answer of `GET /exec/{id}/json`. */
export function inspectExec(engine: EngineContext, id: string): ExecInspect {
  const { container, body, state, task, exitCode } = engine.execs.resolve(id);
  const [entrypoint = '', ...rest] = body.Cmd ?? [];
  return {
    ID: id,
    Running: state === 'starting' || state === 'running',
    ExitCode: exitCode,
    ProcessConfig: { tty: body.Tty ?? false, entrypoint, arguments: rest, privileged: body.Privileged ?? false, ...(body.User ? { user: body.User } : {}) },
    OpenStdin: body.AttachStdin ?? false,
    OpenStderr: body.AttachStderr ?? false,
    OpenStdout: body.AttachStdout ?? false,
    CanRemove: false,
    ContainerID: container.id,
    DetachKeys: body.DetachKeys ?? '',
    Pid: task?.pid ?? 0,
  };
}
