import type { EngineContext } from './context.ts';

/** What only the engine's host can see of a running container's reachability, for `slipway why`. Slipway's own endpoint. */
export async function diagnoseContainer(
  engine: EngineContext,
  reference: string,
): Promise<{ Ports: Awaited<ReturnType<EngineContext['networks']['diagnose']>> }> {
  const container = engine.containers.resolve(reference);
  return { Ports: container.task ? await engine.networks.diagnose(container.id, container.task.pid) : [] };
}
