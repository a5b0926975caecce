import type { ContainerTop } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';

/** The processes of a running container, as `ps` of the host shows them. */
export async function topContainer(engine: EngineContext, reference: string, psArgs: string | undefined): Promise<ContainerTop> {
  const container = engine.containers.resolve(reference);
  if (container.state.status === 'restarting')
    throw new EngineError('CONFLICT', `Container ${container.id} is restarting, wait until the container is running`);
  if (!container.task) throw new EngineError('CONFLICT', `container ${container.id} is not running`);
  const processes = await container.task.top(psArgs || '-ef');
  publishContainerEvent(engine, container, 'top');
  return processes;
}
