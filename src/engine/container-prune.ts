import { checkFilters, matchesLabels } from '../api/index.ts';
import type { ContainersPruned, Filters } from '../api/index.ts';
import { isEngineError, parseMoment } from '../base/index.ts';
import type { Container } from './container.ts';
import { removeContainer } from './container-remove.ts';
import type { EngineContext } from './context.ts';
import { invalid } from './invalid.ts';

/** Removes every container that does not run. Filters: until, label, label!. With `dryRun` it only tells. */
export async function pruneContainers(engine: EngineContext, filters: Filters, options: { dryRun?: boolean } = {}): Promise<ContainersPruned> {
  checkFilters(filters, ['label', 'label!', 'until']);
  const before = untilMoment(filters);
  const stopped = engine.containers
    .all()
    .filter((container) => !container.isRunning && matchesLabels(filters, container.record.config.Labels) && createdBefore(container, before));
  const deleted: string[] = [];
  let reclaimed = 0;
  for (const container of stopped) {
    const sizeBytes = await engine.snapshots.usage(container.id).catch(() => 0);
    if (options.dryRun || (await removed(engine, container))) {
      deleted.push(container.id);
      reclaimed += sizeBytes;
    }
  }
  if (!options.dryRun) engine.events.publish({ Type: 'container', Action: 'prune', id: '', attributes: { reclaimed: String(reclaimed) } });
  return { ContainersDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed };
}

/** False when it was started or removed meanwhile. */
async function removed(engine: EngineContext, container: Container): Promise<boolean> {
  try {
    await removeContainer(engine, container.id);
    return true;
  } catch (error) {
    if (isEngineError(error, 'CONFLICT') || isEngineError(error, 'NOT_FOUND')) return false;
    throw error;
  }
}

function untilMoment({ until }: Filters): number | undefined {
  if (until === undefined) return undefined;
  if (until.length > 1) throw invalid('more than one until filter specified');
  return parseMoment(until[0] ?? '', Date.now());
}

function createdBefore({ record }: Container, moment: number | undefined): boolean {
  return moment === undefined || Date.parse(record.created) < moment;
}
