import type { ExecCreateBody } from '../api/index.ts';
import { execSpec } from '../runtime/index.ts';
import type { ProcessSpec } from '../runtime/index.ts';
import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';
import { environment } from './start-spec.ts';

/** The process of an exec: the container's environment, user and directory unless the client says otherwise. */
export function execProcess(engine: EngineContext, container: Container, body: ExecCreateBody): ProcessSpec {
  const { config, hostConfig } = container.record;
  return execSpec({
    rootfs: engine.snapshots.active(container.id)?.target ?? '/',
    args: body.Cmd ?? [],
    env: [...environment({ ...config, Tty: body.Tty ?? false }), ...(body.Env ?? [])],
    workingDir: body.WorkingDir || config.WorkingDir || '/',
    user: body.User || config.User,
    hostname: config.Hostname,
    terminal: body.Tty ?? false,
    privileged: body.Privileged ?? hostConfig.Privileged,
    hostConfig,
  });
}
