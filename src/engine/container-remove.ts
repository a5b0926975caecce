import { rm } from 'node:fs/promises';
import { EngineError } from '../base/index.ts';
import type { Container } from './container.ts';
import { containerDir } from './container-dir.ts';
import { publishContainerEvent } from './container-events.ts';
import { endRun } from './container-stop.ts';
import type { EngineContext } from './context.ts';

/** What goes with a container. */
export interface RemoveOptions {
  /** Kills it first. */
  readonly force?: boolean;
  /** Also its anonymous volumes. */
  readonly volumes?: boolean;
  /** The caller holds the container's lock. */
  readonly locked?: boolean;
}

/** Removes a container. Records and names go at once; files follow behind. */
export async function removeContainer(engine: EngineContext, reference: string, options: RemoveOptions = {}): Promise<void> {
  const container = engine.containers.resolve(reference);
  if (container.state.status === 'removing') throw new EngineError('CONFLICT', `removal of container ${reference} is already in progress`);
  refuseRunning(container, reference, options);
  container.pendingRestart?.abort();
  if (container.task) await killForRemoval(engine, container);
  using _ = options.locked ? undefined : await container.lock.acquire();
  if (engine.containers.find(container.id) !== container) {
    if (options.force) return; // Somebody else removed it, `--rm` for example: that is what was asked for.
    throw new EngineError('NOT_FOUND', `No such container: ${reference}`);
  }
  // It may have been started while we waited for the lock.
  refuseRunning(container, reference, options);
  if (container.task) await killForRemoval(engine, container);
  const { status } = container.state;
  container.setState({ status: 'removing' });
  try {
    await container.teardown;
    engine.snapshots.remove(container.id);
  } catch (cause) {
    container.setState({ status: status === 'created' ? 'created' : 'dead' });
    throw new EngineError('INTERNAL', `container ${container.id}: driver "overlay2" failed to remove root filesystem: ${String(cause)}`, { cause });
  }
  forget(engine, container);
  if (options.volumes) await removeAnonymousVolumes(engine, container);
  await container.forgotten;
  await rm(containerDir(engine, container.id), { recursive: true, force: true });
  collectLater(engine);
}

async function killForRemoval(engine: EngineContext, container: Container): Promise<void> {
  container.update({ stoppedByUser: true });
  await endRun(engine, container, { signal: 'KILL', cause: 'remove' });
}

function refuseRunning(container: Container, reference: string, options: RemoveOptions): void {
  if (options.force || !container.isRunning) return;
  const state = container.state.status === 'paused' ? 'paused' : container.state.status === 'restarting' ? 'restarting' : 'running';
  const advice = state === 'paused' ? ' and must be unpaused first' : ': stop the container before removing or force remove';
  throw new EngineError('CONFLICT', `cannot remove container "${reference}": container is ${state}${advice}`);
}

const collecting = new WeakSet<object>();
const COLLECT_AFTER_MS = 5000;

/** Layers that only this container kept may go; not now, and once for many containers. */
function collectLater({ images, closing }: EngineContext): void {
  if (collecting.has(images)) return;
  collecting.add(images);
  setTimeout(() => {
    collecting.delete(images);
    if (!closing.aborted) images.collect().catch((error: unknown) => process.emitWarning(`Collecting unused layers: ${String(error)}`));
  }, COLLECT_AFTER_MS).unref();
}

function forget(engine: EngineContext, container: Container): void {
  engine.containers.delete(container);
  engine.execs.forgetContainer(container.id);
  publishContainerEvent(engine, container, 'destroy');
  container.signals.emit('removed', { exitCode: container.state.exitCode, error: '' });
}

/** Those that no other container mounts. */
async function removeAnonymousVolumes(engine: EngineContext, container: Container): Promise<void> {
  for (const { origin } of container.record.mounts) {
    if (origin.kind !== 'volume' || !origin.anonymous || volumeUsers(engine, origin.name).length > 0) continue;
    await engine.volumes.remove(origin.name, { force: true });
    engine.events.publish({ Type: 'volume', Action: 'destroy', id: origin.name, attributes: { driver: 'local' } });
  }
}

/** Ids of the containers that mount a volume. */
export function volumeUsers(engine: Pick<EngineContext, 'containers'>, name: string): string[] {
  const uses = (container: Container): boolean => container.record.mounts.some(({ origin }) => origin.kind === 'volume' && origin.name === name);
  return engine.containers
    .all()
    .filter(uses)
    .map((container) => container.id);
}
