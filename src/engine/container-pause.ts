import { EngineError } from '../base/index.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';

/** Freezes every process of a container. */
export async function pauseContainer(engine: EngineContext, reference: string): Promise<void> {
  const container = engine.containers.resolve(reference);
  using _ = await container.lock.acquire();
  const { status } = container.state;
  if (status === 'paused') throw new EngineError('CONFLICT', `Container ${container.id} is already paused`);
  if (status === 'restarting') throw new EngineError('CONFLICT', `container ${container.id} is restarting, wait until the container is running`);
  if (!container.task) throw new EngineError('CONFLICT', `container ${container.id} is not running`);
  await container.task.pause();
  container.setState({ status: 'paused' });
  publishContainerEvent(engine, container, 'pause');
}

/** Lets them run again. */
export async function unpauseContainer(engine: EngineContext, reference: string): Promise<void> {
  const container = engine.containers.resolve(reference);
  using _ = await container.lock.acquire();
  if (container.state.status !== 'paused' || !container.task) throw new EngineError('CONFLICT', `Container ${container.id} is not paused`);
  await container.task.resume();
  container.setState({ status: 'running' });
  publishContainerEvent(engine, container, 'unpause');
}
