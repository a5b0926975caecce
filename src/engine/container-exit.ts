import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerExit } from '../api/index.ts';
import type { Task, TaskExit } from '../runtime/index.ts';
import type { Container } from './container.ts';
import { publishContainerEvent } from './container-events.ts';
import { removeContainer } from './container-remove.ts';
import { runContainer } from './container-start.ts';
import type { EngineContext } from './context.ts';
import { stopHealthCheck } from './health-check.ts';
import { publishNetworkEvents } from './network-events.ts';
import type { MountRecord } from './record.ts';
import { restartDelay } from './restart-policy.ts';
import { closeSharedMemory } from './shared-memory.ts';
import { publishVolumeEvents } from './volume-events.ts';

/** Ends that are remembered for `slipway why`. */
const EXITS_KEPT = 10;

/** Waits for a task to end, and does what follows from it. */
export function watchExit(engine: EngineContext, container: Container, task: Task): void {
  const stopListening = task.onOom(() => {
    container.setState({ oomKilled: true });
    publishContainerEvent(engine, container, 'oom');
  });
  void task.exited.then((exit) => {
    stopListening();
    if (container.task === task) handleExit(engine, container, exit);
  });
}

/** The process is gone: state and events first, then whoever waits, then everything slow. */
export function handleExit(engine: EngineContext, container: Container, exit: TaskExit): void {
  const delayMs = nextDelay(container, exit);
  container.task = undefined;
  stopHealthCheck(container);
  recordExit(container, exit, delayMs !== undefined);
  const ranSeconds = Math.max(0, Math.floor((Date.parse(exit.exitedAt) - Date.parse(container.state.startedAt)) / 1000));
  publishContainerEvent(engine, container, 'die', { execDuration: String(ranSeconds), exitCode: String(exit.exitCode) });
  container.teardown = tearDown(engine, container);
  container.signals.emit('exit', { exitCode: exit.exitCode, error: exit.error ?? '' });
  if (delayMs !== undefined) restartLater(engine, container, delayMs);
  else if (container.record.hostConfig.AutoRemove) void removeContainer(engine, container.id, { force: true, volumes: true }).catch(() => {});
}

function nextDelay(container: Container, exit: TaskExit): number | undefined {
  const { hostConfig, restartCount, stoppedByUser, state } = container.record;
  const delayMs = restartDelay({
    policy: hostConfig.RestartPolicy,
    exitCode: exit.exitCode,
    unhealthy: container.endCause === 'unhealthy',
    restartsUnhealthy: hostConfig.HealthOnFailure === 'restart',
    stoppedByUser: stoppedByUser || container.stopWanted,
    restartCount,
    ranMs: Date.parse(exit.exitedAt) - Date.parse(state.startedAt),
    lastDelayMs: container.restartDelayMs,
  });
  container.restartDelayMs = delayMs ?? 0;
  return delayMs;
}

function recordExit(container: Container, exit: TaskExit, restarting: boolean): void {
  const { state, exits } = container.record;
  const oomKilled = exit.oomKilled || state.oomKilled;
  const ended: ContainerExit = {
    StartedAt: state.startedAt,
    FinishedAt: exit.exitedAt,
    ExitCode: exit.exitCode,
    OOMKilled: oomKilled,
    Error: exit.error ?? '',
    Cause: container.endCause,
  };
  container.update({
    exits: [...exits, ended].slice(-EXITS_KEPT),
    state: {
      ...state,
      status: restarting ? 'restarting' : 'exited',
      pid: 0,
      exitCode: exit.exitCode,
      error: exit.error ?? '',
      oomKilled,
      finishedAt: exit.exitedAt,
    },
  });
}

/** Takes down what a run has in the kernel, in reverse; every step is tried. The record says so until it is done. */
export async function tearDown(engine: EngineContext, container: Container): Promise<void> {
  const { id, mounts, run } = container.record;
  if (!run) return;
  publishNetworkEvents(engine, container, 'disconnect');
  publishVolumeEvents(engine, container, 'unmount');
  await attemptAll(id, [
    () => engine.networks.closeSandbox(id),
    ...mounts.map((mount, index) => () => releaseMount(engine, { id, mount, index })),
    () => closeSharedMemory(engine, container),
    () => engine.snapshots.active(id)?.unmount(),
  ]);
  container.forgotten = forgetRun(engine, container);
}

/** The slow end: the runtime deletes what it knows of the run. */
async function forgetRun(engine: EngineContext, container: Container): Promise<void> {
  await attemptAll(container.id, [() => engine.runtime.forget(container.id)]);
  if (engine.containers.find(container.id) === container) container.clearRun();
}

function releaseMount(engine: EngineContext, { id, mount, index }: { id: string; mount: MountRecord; index: number }): unknown {
  if (mount.origin.kind === 'volume') return engine.volumes.unmount(mount.origin.name, id);
  return mount.origin.kind === 'image' ? engine.snapshots.remove(`${id}-image-${index}`) : undefined;
}

async function attemptAll(id: string, steps: readonly (() => unknown)[]): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      process.emitWarning(`Taking down container ${id}: ${String(error)}`);
    }
  }
}

/** Runs the container again when its time has come, unless somebody stops it before. Where this engine ends first, the next one does; see `restore`. */
export function restartLater(engine: EngineContext, container: Container, delayMs: number): void {
  const cancel = new AbortController();
  container.pendingRestart = cancel;
  const signal = AbortSignal.any([cancel.signal, engine.closing]);
  void delay(delayMs, undefined, { signal })
    .then(async () => {
      using _ = await container.lock.acquire();
      if (signal.aborted || container.state.status !== 'restarting') return;
      container.pendingRestart = undefined;
      container.update({ restartCount: container.record.restartCount + 1 });
      await runContainer(engine, container);
    })
    .catch((error: unknown) => {
      if (!signal.aborted) failedRestart(engine, container, error);
    });
}

/** A run that could not be started counts as a failed one. */
function failedRestart(engine: EngineContext, container: Container, error: unknown): void {
  const exit = { exitCode: container.state.exitCode, exitedAt: new Date().toISOString(), oomKilled: false, error: String(error) };
  const delayMs = nextDelay(container, exit);
  if (delayMs === undefined) return;
  container.setState({ status: 'restarting' });
  restartLater(engine, container, delayMs);
}
