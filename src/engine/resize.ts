import { EngineError } from '../base/index.ts';
import type { TerminalSize } from '../runtime/index.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';

/** Gives a container's terminal a new size. */
export function resizeContainer(engine: EngineContext, reference: string, size: TerminalSize): void {
  const container = engine.containers.resolve(reference);
  if (!container.task) throw new EngineError('CONFLICT', `container ${container.id} is not running`);
  container.task.resize(size);
  publishContainerEvent(engine, container, 'resize', { height: String(size.rows), width: String(size.columns) });
}

/** Gives an exec's terminal a new size. */
export function resizeExec(engine: EngineContext, id: string, size: TerminalSize): void {
  const exec = engine.execs.resolve(id);
  if (!exec.task || exec.state !== 'running') throw new EngineError('FAILED_PRECONDITION', `exec ${id} is not running`);
  exec.task.resize(size);
}
