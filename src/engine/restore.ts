import { setTimeout as delay } from 'node:timers/promises';
import { isEngineError } from '../base/index.ts';
import type { Task } from '../runtime/index.ts';
import type { Container } from './container.ts';
import { handleExit, tearDown, watchExit } from './container-exit.ts';
import { removeContainer } from './container-remove.ts';
import { runContainer } from './container-start.ts';
import type { EngineContext } from './context.ts';
import { startHealthCheck } from './health-check.ts';
import { nowText } from './now.ts';
import { startsWithEngine } from './restart-policy.ts';

/**
 * Takes up what an earlier engine of these roots left: running containers go on, ended ones are recorded, half-made and half-removed
 * things are finished or taken down. Answers what is to be started now; see `startRestored`.
 */
export async function restore(engine: EngineContext): Promise<Container[]> {
  const tasks = new Map<Container, Task | undefined>();
  for (const container of engine.containers.all()) tasks.set(container, await engine.runtime.adopt(container.id));
  const running = await liveOf(tasks);
  await engine.networks.restore([...running].map((container) => container.id));
  await engine.volumes.restore(volumeUse(running));
  const toStart: Container[] = [];
  for (const [container, task] of tasks) {
    const startsAgain = await restoreOne(engine, { container, task, running: running.has(container) });
    if (startsAgain) toStart.push(container);
  }
  await forgetStrangers(engine);
  return toStart;
}

/** Starts what the engine's start brings up, one after the other. Failures are in the containers' states. */
export async function startRestored(engine: EngineContext, containers: readonly Container[]): Promise<void> {
  for (const container of containers) {
    if (engine.closing.aborted) return;
    using _ = await container.lock.acquire();
    if (container.isRunning) continue;
    await runContainer(engine, container).catch(() => {});
  }
}

/** Those whose process lives: its promise is still open after a turn of the loop. */
async function liveOf(tasks: ReadonlyMap<Container, Task | undefined>): Promise<Set<Container>> {
  const live = new Set<Container>();
  for (const [container, task] of tasks) {
    const ended = task ? await Promise.race([task.exited.then(() => true), delay(0, false)]) : true;
    if (!ended) live.add(container);
  }
  return live;
}

function volumeUse(running: ReadonlySet<Container>): Map<string, string[]> {
  const use = new Map<string, string[]>();
  for (const container of running) {
    for (const { origin } of container.record.mounts) if (origin.kind === 'volume') use.set(origin.name, [...(use.get(origin.name) ?? []), container.id]);
  }
  return use;
}

interface Found {
  readonly container: Container;
  readonly task: Task | undefined;
  readonly running: boolean;
}

/** True when the container's policy wants it up and it is down. */
async function restoreOne(engine: EngineContext, { container, task, running }: Found): Promise<boolean> {
  const { state, hostConfig, stoppedByUser } = container.record;
  if (state.status === 'removing') {
    container.setState({ status: 'dead' });
    await tearDown(engine, container);
    await removeContainer(engine, container.id, { force: true, volumes: hostConfig.AutoRemove });
    return false;
  }
  if (task && running) {
    adopt(engine, container, task);
    return false;
  }
  const wasUp = container.isRunning || (task !== undefined && container.record.run !== undefined);
  const wantedUp = state.status === 'restarting' || startsWithEngine(hostConfig.RestartPolicy, stoppedByUser);
  if (wasUp) return await missedExit(engine, container, task);
  if (container.record.run) await tearDown(engine, container);
  if (state.status !== 'created' && hostConfig.AutoRemove) await removeContainer(engine, container.id, { force: true, volumes: true });
  else return wantedUp && state.status !== 'created';
  return false;
}

/** The process runs: take it up again, as it was when the engine went. */
function adopt(engine: EngineContext, container: Container, task: Task): void {
  container.task = task;
  const status = container.state.status === 'paused' ? 'paused' : 'running';
  container.setState({ status, pid: task.pid, startedAt: task.startedAt, error: '' });
  startHealthCheck(engine, container);
  watchExit(engine, container, task);
}

/** The process ended while no engine ran: the exit takes its usual course, restart policy included. */
async function missedExit(engine: EngineContext, container: Container, task: Task | undefined): Promise<boolean> {
  const exit = task ? await task.exited : { exitCode: 255, exitedAt: nowText(), oomKilled: false, error: '' };
  const { status, finishedAt } = container.state;
  if (status === 'restarting' && (task === undefined || exit.exitedAt === finishedAt)) {
    // This end is recorded, and the next run owed.
    await tearDown(engine, container);
    container.update({ restartCount: container.record.restartCount + 1, state: { ...container.state, status: 'exited' } });
    return true;
  }
  if (startsWithEngine(container.record.hostConfig.RestartPolicy, container.record.stoppedByUser)) {
    container.stopWanted = true;
    handleExit(engine, container, exit);
    await container.teardown;
    return true;
  }
  handleExit(engine, container, exit);
  await container.teardown;
  return false;
}

/** Run state of containers that no record knows: a create or remove was cut short. */
async function forgetStrangers(engine: EngineContext): Promise<void> {
  for (const id of await engine.runtime.known()) {
    if (engine.containers.find(id)) continue;
    const task = await engine.runtime.adopt(id);
    try {
      task?.kill('KILL');
    } catch (error) {
      if (!isEngineError(error)) throw error;
    }
    await task?.exited;
    await engine.networks.closeSandbox(id);
    await engine.runtime.forget(id);
  }
  for (const key of engine.snapshots.actives())
    if (/^[0-9a-f]{64}(?:-image-\d+)?$/.test(key) && !engine.containers.find(key.slice(0, 64))) engine.snapshots.remove(key);
}
