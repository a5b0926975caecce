import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';

/** One event per volume that a container mounts or gives back, with Docker's attributes. */
export function publishVolumeEvents(engine: Pick<EngineContext, 'events'>, container: Container, action: 'mount' | 'unmount'): void {
  for (const { point, origin } of container.record.mounts) {
    if (origin.kind !== 'volume') continue;
    const mounted = action === 'mount' ? { destination: point.Destination, propagation: point.Propagation, 'read/write': String(point.RW) } : {};
    engine.events.publish({
      Type: 'volume',
      Action: action,
      id: origin.name,
      attributes: { container: container.id, driver: point.Driver ?? 'local', ...mounted },
    });
  }
}
