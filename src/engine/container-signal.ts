import { EngineError, isEngineError } from '../base/index.ts';
import type { Container } from './container.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';
import { signalName, signalNumber } from './signals.ts';

/** Sends a signal to a running container and says so; a stopped one is woken first when the signal is to end it. False when the process is gone already. */
export async function signalContainer(engine: EngineContext, container: Container, signal: number): Promise<boolean> {
  const { task } = container;
  if (!task) return false;
  try {
    task.kill(signal);
  } catch (error) {
    if (isEngineError(error, 'FAILED_PRECONDITION')) return false;
    throw error;
  }
  if (container.state.status === 'paused' && endsRun(container, signal)) await resumeForSignal(engine, container);
  publishContainerEvent(engine, container, 'kill', { signal: String(signal) });
  return true;
}

/** Docker takes every signal as the wish to end, unless the container names another stop signal. Source: moby daemon/kill.go. */
export function endsRun(container: Container, signal: number): boolean {
  const own = container.record.config.StopSignal;
  return own === undefined || signal === 9 || signalNumber(own) === signal;
}

/** The number of a signal that a client names. INVALID_ARGUMENT in Docker's words. */
export function parseSignal(text: string): number {
  const number = signalNumber(text);
  if (number === undefined) throw new EngineError('INVALID_ARGUMENT', `invalid signal: ${text}`);
  return number;
}

/** "kill SIGTERM", for the history of exits. */
export function signalCause(signal: number): string {
  return `kill ${signalName(signal)}`;
}

async function resumeForSignal(engine: EngineContext, container: Container): Promise<void> {
  await container.task?.resume();
  container.setState({ status: 'running' });
  publishContainerEvent(engine, container, 'unpause');
}
