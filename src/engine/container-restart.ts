import { EngineError } from '../base/index.ts';
import { publishContainerEvent } from './container-events.ts';
import { runContainer } from './container-start.ts';
import { cancelRestart, endRun } from './container-stop.ts';
import type { StopOptions } from './container-stop.ts';
import { parseSignal } from './container-signal.ts';
import type { EngineContext } from './context.ts';

/** Stops a container if it runs, and starts it. */
export async function restartContainer(engine: EngineContext, reference: string, options: StopOptions = {}): Promise<void> {
  const container = engine.containers.resolve(reference);
  if (options.signal) parseSignal(options.signal);
  if (container.state.status === 'removing' || container.state.status === 'dead')
    throw new EngineError('CONFLICT', `cannot restart container ${reference}: container is marked for removal and cannot be started`);
  using _ = await container.lock.acquire();
  const { AutoRemove: autoRemove } = container.record.hostConfig;
  const wasRunning = container.isRunning;
  if (autoRemove) withAutoRemove(container, false);
  try {
    if (wasRunning && !cancelRestart(engine, container)) {
      await endRun(engine, container, { ...options, cause: 'restart' });
      publishContainerEvent(engine, container, 'stop');
    }
    container.restartDelayMs = 0;
    container.update({ stoppedByUser: false });
    await runContainer(engine, container);
    publishContainerEvent(engine, container, 'restart');
  } finally {
    if (autoRemove) withAutoRemove(container, true);
  }
}

/** A `--rm` container survives the end that belongs to a restart. */
function withAutoRemove(container: ReturnType<EngineContext['containers']['resolve']>, AutoRemove: boolean): void {
  container.update({ hostConfig: { ...container.record.hostConfig, AutoRemove } });
}
