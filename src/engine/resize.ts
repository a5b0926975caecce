import { setTimeout as delay } from 'node:timers/promises';
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

/** How long a resize waits for its exec. Source: moby daemon/resize.go. */
const STARTED_WITHIN_MS = 10_000;

/** Gives an exec's terminal a new size; clients send it right after the start, so it waits for the process. */
export async function resizeExec(engine: EngineContext, id: string, size: TerminalSize): Promise<void> {
  const exec = engine.execs.resolve(id);
  const late = new AbortController();
  const inTime = await Promise.race([exec.started.promise.then(() => true), delay(STARTED_WITHIN_MS, false, { signal: late.signal }).catch(() => false)]);
  late.abort();
  if (!inTime) throw new EngineError('FAILED_PRECONDITION', 'timeout waiting for exec session ready');
  if (!exec.task || exec.state !== 'running') throw new EngineError('FAILED_PRECONDITION', `exec ${id} is not running`);
  exec.task.resize(size);
}
