import { EngineError } from '../base/index.ts';
import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';

/** The running container that a mode like "container:ID" names; undefined for every other mode. Refuses in Docker's words. */
export function joinedContainer(engine: Pick<EngineContext, 'containers'>, mode: string, kind: 'network' | 'IPC' | 'PID'): Container | undefined {
  const reference = /^container:(.+)$/.exec(mode)?.[1];
  if (reference === undefined) return undefined;
  const container = engine.containers.find(reference);
  if (!container) throw new EngineError('NOT_FOUND', `joining ${kind} namespace of container: No such container: ${reference}`);
  if (!container.task || container.state.pid === 0)
    throw new EngineError('CONFLICT', `cannot join ${kind} namespace of a non running container: ${container.id}`);
  if (container.state.status === 'restarting')
    throw new EngineError('CONFLICT', `container ${container.id} is restarting, wait until the container is running`);
  return container;
}
