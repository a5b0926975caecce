import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../base/index.ts';
import type { Task } from '../runtime/index.ts';
import type { Container } from './container.ts';
import { publishContainerEvent } from './container-events.ts';
import { parseSignal, signalContainer } from './container-signal.ts';
import type { EngineContext } from './context.ts';
import { signalNumber } from './signals.ts';

/** How to end a run. */
export interface StopOptions {
  /** The container's own stop signal, or SIGTERM, when absent. */
  readonly signal?: string | undefined;
  /** Seconds until SIGKILL; below 0 waits for ever. The container's own, or 10, when absent. */
  readonly timeoutSeconds?: number | undefined;
}

const DEFAULT_TIMEOUT_SECONDS = 10;
const SIGTERM = 15;
/** How long a process may take to die of the stop signal when the wait was interrupted or is over. */
const KILL_WAIT_MS = 10_000;

/** Ends a container by the user's wish. NOT_MODIFIED when it does not run. */
export async function stopContainer(engine: EngineContext, reference: string, options: StopOptions = {}): Promise<void> {
  const container = engine.containers.resolve(reference);
  if (options.signal) parseSignal(options.signal);
  if (!container.isRunning) throw new EngineError('NOT_MODIFIED', '');
  container.update({ stoppedByUser: true });
  // A next run may be coming up just now: it is let come up, and then ended.
  using _ = container.state.status === 'restarting' ? await container.lock.acquire() : undefined;
  if (cancelRestart(engine, container)) return;
  await endRun(engine, container, { ...options, cause: 'stop' });
  publishContainerEvent(engine, container, 'stop');
}

/** A container between two runs just stays down. True when it was one. */
export function cancelRestart(engine: EngineContext, container: Container): boolean {
  if (container.state.status !== 'restarting' || container.task) return false;
  container.pendingRestart?.abort();
  container.setState({ status: 'exited' });
  publishContainerEvent(engine, container, 'stop');
  return true;
}

/** Why a run is ended; `restarts` leaves the next run to the restart policy. */
export interface EndOptions extends StopOptions {
  readonly cause: string;
  readonly restarts?: boolean;
}

/** Signal, patience, SIGKILL; returns when the process is gone and its end is recorded. */
export async function endRun(engine: EngineContext, container: Container, options: EndOptions): Promise<void> {
  const { task } = container;
  if (!task) return;
  const { config } = container.record;
  container.stopWanted = options.restarts !== true;
  container.endCause = options.cause;
  const timeoutSeconds = options.timeoutSeconds ?? config.StopTimeout ?? DEFAULT_TIMEOUT_SECONDS;
  await signalContainer(engine, container, options.signal ? parseSignal(options.signal) : (signalNumber(config.StopSignal ?? '') ?? SIGTERM));
  if (await ended(task, timeoutSeconds < 0 ? undefined : timeoutSeconds * 1000)) return;
  await signalContainer(engine, container, 9);
  if (!(await ended(task, KILL_WAIT_MS)))
    throw new EngineError('INTERNAL', `cannot stop container: ${container.id}: tried to kill container, but did not receive an exit event`);
}

/** True when the task ended in time. */
async function ended(task: Task, withinMs: number | undefined): Promise<boolean> {
  const done = task.exited.then(() => true);
  if (withinMs === undefined) return await done;
  const late = new AbortController();
  const timeout = delay(Math.min(withinMs, 2 ** 31 - 1), false, { signal: late.signal }).catch(() => false);
  const inTime = await Promise.race([done, timeout]);
  late.abort();
  return inTime;
}
