import type { ExecCreateBody } from '../api/index.ts';
import { EngineError, randomId } from '../base/index.ts';
import { checkTypes } from './check-create.ts';
import type { Container } from './container.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';
import { parseDetachKeys } from './detach-keys.ts';
import { execProcess } from './exec-process.ts';
import { invalid } from './invalid.ts';

/** Notes a process to run in a running container; answers its id. */
export function createExec(engine: EngineContext, reference: string, body: ExecCreateBody): string {
  checkTypes(body as Record<string, unknown>, {
    AttachStdin: 'boolean', AttachStdout: 'boolean', AttachStderr: 'boolean', Tty: 'boolean', Privileged: 'boolean',
    DetachKeys: 'string', User: 'string', WorkingDir: 'string', Env: 'strings', Cmd: 'strings', ConsoleSize: 'list',
  }); // prettier-ignore
  if (!body.Cmd?.length) throw invalid('No exec command specified');
  const container = engine.containers.resolve(reference);
  requireRunning(container, reference);
  if (body.DetachKeys) parseDetachKeys(body.DetachKeys);
  const exec = engine.execs.add(container, { id: randomId(), body, process: execProcess(engine, container, body) });
  publishContainerEvent(engine, container, `exec_create: ${execLine(body.Cmd)}`, { execID: exec.id });
  return exec.id;
}

/** A command as exec events show it: the program, a space, its arguments. */
export function execLine([program = '', ...args]: readonly string[]): string {
  return `${program} ${args.join(' ')}`;
}

/** CONFLICT in Docker's words unless processes can be started in the container now. */
export function requireRunning(container: Container, reference: string): void {
  const { status } = container.state;
  if (status === 'paused') throw new EngineError('CONFLICT', `Container ${reference} is paused, unpause the container before exec`);
  if (status === 'restarting') throw new EngineError('CONFLICT', `Container ${reference} is restarting, wait until the container is running`);
  if (!container.task) throw new EngineError('CONFLICT', `container ${container.id} is not running`);
}
