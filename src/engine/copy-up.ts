import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';

/** Fills empty volumes with what the image has at their targets, as Docker does at create. */
export async function copyUpVolumes(engine: EngineContext, container: Container): Promise<void> {
  const wanted = container.record.mounts.filter(({ origin }) => origin.kind === 'volume' && origin.copyUp && origin.subpath === '');
  const snapshot = engine.snapshots.active(container.id);
  if (wanted.length === 0 || !snapshot) return;
  await using undo = new AsyncDisposableStack();
  snapshot.mount();
  undo.defer(() => snapshot.unmount());
  for (const { origin, point } of wanted) {
    if (origin.kind !== 'volume') continue;
    await engine.volumes.mount(origin.name, container.id);
    undo.defer(() => engine.volumes.unmount(origin.name, container.id));
    await engine.volumes.copyUp(origin.name, { rootfs: snapshot.target, target: point.Destination });
  }
}
