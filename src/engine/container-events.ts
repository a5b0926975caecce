import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';

/** Publishes an event of a container with Docker's attributes: its labels, image, name, and what the action adds. */
export function publishContainerEvent(engine: Pick<EngineContext, 'events'>, container: Container, action: string, extra: Record<string, string> = {}): void {
  const { config, name } = container.record;
  const attributes = { ...config.Labels, ...extra, image: config.Image, name };
  engine.events.publish({ Type: 'container', Action: action, id: container.id, attributes });
}
