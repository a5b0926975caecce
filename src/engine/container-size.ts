import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';

/** Bytes a container wrote, and those with its image. SizeRw is left out while it is 0, as Docker's encoder does. */
export async function containerSizes(engine: EngineContext, container: Container): Promise<{ SizeRw?: number; SizeRootFs: number }> {
  const written = await engine.snapshots.usage(container.id);
  const image = engine.images.find(container.record.imageId)?.sizeBytes ?? 0;
  return { ...(written > 0 ? { SizeRw: written } : {}), SizeRootFs: written + image };
}
