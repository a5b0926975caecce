import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndpointSettings, PortMap } from '../api/index.ts';
import { EngineError, isEngineError, messageOf } from '../base/index.ts';
import type { NetworkFiles, Sandbox } from '../network/index.ts';
import type { Task } from '../runtime/index.ts';
import type { Container } from './container.ts';
import { containerDir } from './container-dir.ts';
import { publishContainerEvent } from './container-events.ts';
import { watchExit } from './container-exit.ts';
import type { EngineContext } from './context.ts';
import { startHealthCheck } from './health-check.ts';
import { joinedContainer } from './join-namespaces.ts';
import { logOptions } from './log-options.ts';
import { publishNetworkEvents } from './network-events.ts';
import { sandboxRequest } from './sandbox-request.ts';
import { closeSharedMemory, openSharedMemory } from './shared-memory.ts';
import { networkFileMounts, startMounts } from './start-mounts.ts';
import { startSpec } from './start-spec.ts';
import { NEVER } from './record.ts';
import { removeContainer } from './container-remove.ts';
import { publishVolumeEvents } from './volume-events.ts';

/** Starts a container by the user's wish. NOT_MODIFIED when it runs. */
export async function startContainer(engine: EngineContext, reference: string): Promise<void> {
  const container = engine.containers.resolve(reference);
  using _ = await container.lock.acquire();
  const { status } = container.state;
  if (status === 'paused') throw new EngineError('CONFLICT', 'cannot start a paused container, try unpause instead');
  if (status === 'removing' || status === 'dead') throw new EngineError('CONFLICT', 'container is marked for removal and cannot be started');
  if (status === 'running') throw new EngineError('NOT_MODIFIED', '');
  container.pendingRestart?.abort();
  container.restartDelayMs = 0;
  container.update({ stoppedByUser: false, restartCount: 0 });
  await runContainer(engine, container);
}

/**
 * Brings a container's process up; the caller holds its lock. What was made is taken down in reverse when a step fails, and the
 * failure is kept in the state. Source: moby daemon/start.go.
 */
export async function runContainer(engine: EngineContext, container: Container): Promise<void> {
  await container.teardown;
  await container.forgotten;
  container.stopWanted = false;
  container.endCause = '';
  container.update({ run: {} });
  await using undo = new AsyncDisposableStack();
  try {
    const task = await bringUp(engine, container, undo);
    started(engine, container, task);
    undo.move();
  } catch (error) {
    await undo.disposeAsync();
    startFailed(engine, container, error);
    throw error;
  }
}

async function bringUp(engine: EngineContext, container: Container, undo: AsyncDisposableStack): Promise<Task> {
  const { hostConfig, config } = container.record;
  const snapshot = engine.snapshots.active(container.id);
  if (!snapshot) throw new EngineError('DATA_LOSS', `The root file system of container ${container.id} is missing`);
  // What goes with its run need not outlive a power cut: nothing is flushed.
  snapshot.mount({ volatile: hostConfig.AutoRemove });
  undo.defer(() => snapshot.unmount());
  if (hostConfig.IpcMode === 'shareable') {
    openSharedMemory(engine, container);
    undo.defer(() => closeSharedMemory(engine, container));
  }
  const network = await openNetwork(engine, container, undo);
  using pins = new DisposableStack();
  const mounts = await startMounts(engine, container, { undo, pins });
  mounts.push(...networkFileMounts(network.directory, mounts));
  const spec = startSpec(engine, container, { rootfs: snapshot.target, mounts, netns: network.netns });
  undo.defer(() => engine.runtime.forget(container.id));
  const [height, width] = hostConfig.ConsoleSize;
  return await engine.runtime.start({
    id: container.id,
    spec,
    terminal: config.Tty,
    openStdin: config.OpenStdin,
    stdinOnce: config.StdinOnce,
    log: logOptions(engine, container),
    terminalSize: height > 0 && width > 0 ? { rows: height, columns: width } : undefined,
    runtime: runtimeName(engine, hostConfig.Runtime),
  });
}

/** "runc" is Docker's word for the default: what runs is the runtime that the engine chose, unless a client names another. */
function runtimeName(engine: EngineContext, name: string): string | undefined {
  return name === engine.hostDefaults.runtime || name === 'io.containerd.runc.v2' ? undefined : name;
}

interface OpenNetwork {
  readonly netns: string | undefined;
  /** Holds the /etc files to bind in. */
  readonly directory: string;
}

async function openNetwork(engine: EngineContext, container: Container, undo: AsyncDisposableStack): Promise<OpenNetwork> {
  const joined = joinedContainer(engine, container.record.hostConfig.NetworkMode, 'network');
  if (joined) return { netns: `/proc/${joined.state.pid}/ns/net`, directory: containerDir(engine, joined.id) };
  const sandbox = await openSandbox(engine, container);
  undo.defer(() => engine.networks.closeSandbox(container.id));
  recordSandbox(container, sandbox);
  const directory = containerDir(engine, container.id);
  writeNetworkFiles(directory, sandbox.files);
  return { netns: sandbox.netnsPath, directory };
}

async function openSandbox(engine: EngineContext, container: Container): Promise<Sandbox> {
  try {
    return await engine.networks.openSandbox(sandboxRequest(engine, container.record));
  } catch (cause) {
    const [code, details] = isEngineError(cause) ? ([cause.code, cause.details] as const) : (['INTERNAL', {}] as const);
    throw new EngineError(code, `failed to set up container networking: ${messageOf(cause)}`, { cause, details });
  }
}

/** Keeps what the network room gave. */
export function recordSandbox(container: Container, sandbox: Sandbox): void {
  const network = {
    sandboxId: sandbox.sandboxId,
    sandboxKey: sandbox.netnsPath ?? '',
    ports: sandbox.ports as PortMap,
    networks: sandbox.networks as Readonly<Record<string, EndpointSettings>>,
  };
  container.update({ run: { ...container.record.run, network } });
}

/** Writes in place: the files are bound into the running container. */
export function writeNetworkFiles(directory: string, files: NetworkFiles): void {
  mkdirSync(directory, { recursive: true, mode: 0o710 });
  writeFileSync(join(directory, 'hosts'), files.hosts);
  writeFileSync(join(directory, 'resolv.conf'), files.resolvConf);
  writeFileSync(join(directory, 'hostname'), files.hostname);
}

function started(engine: EngineContext, container: Container, task: Task): void {
  container.task = task;
  container.setState({
    status: 'running',
    pid: task.pid,
    exitCode: 0,
    error: '',
    oomKilled: false,
    startedAt: task.startedAt,
    finishedAt: container.state.finishedAt || NEVER,
  });
  publishNetworkEvents(engine, container, 'connect');
  publishVolumeEvents(engine, container, 'mount');
  publishContainerEvent(engine, container, 'start');
  startHealthCheck(engine, container);
  watchExit(engine, container, task);
}

/** Docker keeps 126 and 127 for what the image cannot run, 128 for the rest. */
function startFailed(engine: EngineContext, container: Container, error: unknown): void {
  const exitCode = isEngineError(error) && typeof error.details['exitCode'] === 'number' ? error.details['exitCode'] : 128;
  container.clearRun();
  container.setState({ status: container.state.startedAt === NEVER ? 'created' : 'exited', pid: 0, exitCode, error: messageOf(error) });
  // As on Docker, whoever waits learns the code only: the text is the answer to start.
  container.signals.emit('exit', { exitCode, error: '' });
  if (container.record.hostConfig.AutoRemove) removeContainer(engine, container.id, { force: true, volumes: true, locked: true }).catch(() => {});
}
