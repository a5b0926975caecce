import { EngineError, isEngineError } from '../base/index.ts';
import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';
import { endsRun, parseSignal, signalCause, signalContainer } from './container-signal.ts';

/** Sends a signal, SIGKILL when absent. CONFLICT when the container does not run. It does not wait for the end, except for SIGKILL. */
export async function killContainer(engine: EngineContext, reference: string, signalText = 'KILL'): Promise<void> {
  const { signal, container } = killable(engine, reference, signalText || 'KILL');
  const { task } = container;
  if (!task) throw new EngineError('CONFLICT', `cannot kill container: ${reference}: container ${container.id} is not running`);
  container.update({ stoppedByUser: true });
  if (endsRun(container, signal)) {
    container.stopWanted = true;
    container.endCause ||= signalCause(signal);
  }
  await signalContainer(engine, container, signal);
  if (signal === 9) await task.exited;
}

function killable(engine: EngineContext, reference: string, signalText: string): { signal: number; container: Container } {
  try {
    return { signal: parseSignal(signalText), container: engine.containers.resolve(reference) };
  } catch (error) {
    if (!isEngineError(error)) throw error;
    throw new EngineError(error.code, `cannot kill container: ${reference}: ${error.message}`, { cause: error });
  }
}
