import { checkFilters } from '../api/index.ts';
import type { Filters, Volume, VolumeCreateBody, VolumesPruned } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import { checkTypes } from './check-create.ts';
import { volumeUsers } from './container-remove.ts';
import type { EngineContext } from './context.ts';

/** The volumes that match. Filters: name, driver, label, dangling. */
export function listVolumes(engine: EngineContext, filters: Filters): Volume[] {
  checkFilters(filters, ['dangling', 'driver', 'label', 'label!', 'name']);
  const { dangling, ...rest } = filters;
  const volumes = engine.volumes.list(rest);
  if (dangling === undefined) return volumes;
  const wanted = booleanFilter('dangling', dangling);
  return volumes.filter((volume) => (volumeUsers(engine, volume.Name).length === 0) === wanted);
}

/** Makes a volume, or finds the one of that name and driver. */
export async function createVolume(engine: EngineContext, body: VolumeCreateBody): Promise<Volume> {
  checkTypes(body as Record<string, unknown>, { Name: 'string', Driver: 'string', DriverOpts: 'object', Labels: 'object', ClusterVolumeSpec: 'object' });
  if (body.ClusterVolumeSpec)
    throw new EngineError(
      'UNAVAILABLE',
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
    );
  const known = body.Name !== undefined && engine.volumes.has(body.Name);
  const volume = await engine.volumes.create({
    Name: body.Name ?? '',
    Driver: body.Driver || 'local',
    DriverOpts: body.DriverOpts ? { ...body.DriverOpts } : null,
    Labels: body.Labels ? { ...body.Labels } : null,
  });
  if (!known) publish(engine, 'create', volume.Name);
  return volume;
}

/** Removes a volume that no container names. */
export async function removeVolume(engine: EngineContext, name: string, options: { force?: boolean } = {}): Promise<void> {
  await engine.volumes.remove(name, { force: options.force ?? false, users: volumeUsers(engine, name) });
  publish(engine, 'destroy', name);
}

/** Removes unused anonymous volumes; all unused ones with filter all. With `dryRun` it only tells. */
export async function pruneVolumes(
  engine: EngineContext,
  filters: Filters,
  options: { dryRun?: boolean } = {},
): Promise<VolumesPruned & { Volumes?: Volume[] }> {
  checkFilters(filters, ['all', 'label', 'label!']);
  const query = filters;
  const references = (name: string): number => volumeUsers(engine, name).length;
  if (options.dryRun) {
    const volumes = await engine.volumes.prunable(query, references);
    return {
      VolumesDeleted: volumes.map(({ Name }) => Name),
      SpaceReclaimed: volumes.reduce((sum, { UsageData: usage }) => sum + Math.max(0, usage?.Size ?? 0), 0),
      Volumes: volumes,
    };
  }
  const report = await engine.volumes.prune(query, references);
  for (const name of report.VolumesDeleted) publish(engine, 'destroy', name);
  engine.events.publish({ Type: 'volume', Action: 'prune', id: '', attributes: { reclaimed: String(report.SpaceReclaimed) } });
  return { ...report, VolumesDeleted: report.VolumesDeleted.length > 0 ? report.VolumesDeleted : null };
}

function publish({ events }: EngineContext, action: string, name: string): void {
  events.publish({ Type: 'volume', Action: action, id: name, attributes: { driver: 'local' } });
}

/** One value, "true"/"1" or "false"/"0". INVALID_ARGUMENT in Docker's words. */
export function booleanFilter(name: string, values: readonly string[]): boolean {
  const [value = ''] = values;
  if (values.length === 1 && ['true', '1', 'True', 'TRUE', 't', 'T'].includes(value)) return true;
  if (values.length === 1 && ['false', '0', 'False', 'FALSE', 'f', 'F'].includes(value)) return false;
  throw new EngineError('INVALID_ARGUMENT', `invalid filter '${name}=[${values.join(' ')}]'`);
}
