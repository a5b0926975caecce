import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HostConfig } from '../api/index.ts';
import { decodeFrames, STDERR } from '../api/index.ts';
import { resolveUser, runtimeSpec } from '../runtime/index.ts';
import type { SpecMount, Task } from '../runtime/index.ts';
import { writeNetworkFiles } from './container-start.ts';
import type { EngineContext } from './context.ts';
import { completeHostConfig } from './host-config.ts';
import { networkFileMounts } from './start-mounts.ts';

/** One process in a root file system that somebody else has mounted; a RUN of a build is one. */
export interface Step {
  /** 64 hex digits. */
  readonly id: string;
  readonly rootfs: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly mounts: readonly StepMount[];
  /** "default", "none", "host" or a network's name. */
  readonly network: string;
  readonly hostname?: string;
  readonly extraHosts: readonly string[];
  readonly resources: StepResources;
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void;
  readonly signal: AbortSignal;
}

/** Something mounted into a step. */
export interface StepMount {
  readonly target: string;
  readonly source:
    | { readonly kind: 'directory' | 'file'; readonly path: string }
    | { readonly kind: 'tmpfs'; readonly sizeBytes?: number; readonly mode?: number };
  readonly readOnly: boolean;
}

/** Limits of a step; 0 and absent mean none. */
export interface StepResources {
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly cpuShares?: number;
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  readonly cgroupParent?: string;
  readonly shmSize?: number;
  readonly ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
}

/** Runs a step to its end, with Docker's default walls and nothing recorded. Rejects when it cannot be started, or was aborted. */
export async function runStep(engine: EngineContext, step: Step): Promise<{ exitCode: number; oomKilled: boolean }> {
  step.signal.throwIfAborted();
  await using undo = new AsyncDisposableStack();
  const directory = join(engine.settings.execRoot, 'steps', step.id);
  mkdirSync(directory, { recursive: true, mode: 0o710 });
  undo.defer(() => rmSync(directory, { recursive: true, force: true }));
  const hostConfig = completeHostConfig(stepHostConfig(step), engine.hostDefaults);
  const netns = await openStepNetwork(engine, step, directory, undo);
  const mounts = step.mounts.map(specMount);
  mounts.push(...networkFileMounts(directory, mounts));
  const spec = runtimeSpec({
    id: step.id,
    rootfs: step.rootfs,
    args: step.args,
    env: step.env,
    workingDir: step.cwd,
    user: resolveUser(step.rootfs, step.user),
    hostname: step.hostname ?? 'buildkitsandbox',
    terminal: false,
    hostConfig,
    mounts,
    netns,
  });
  undo.defer(() => engine.runtime.forget(step.id));
  const output = engine.runtime.attachLater(step.id, { stdout: true, stderr: true });
  undo.defer(() => void output.destroy());
  const task = await engine.runtime.start({
    id: step.id,
    spec,
    terminal: false,
    openStdin: false,
    stdinOnce: false,
    log: { driver: 'none', path: join(directory, 'log') },
  });
  return await finish(step, task, output);
}

async function finish(step: Step, task: Task, output: AsyncIterable<Uint8Array>): Promise<{ exitCode: number; oomKilled: boolean }> {
  const kill = (): void => {
    try {
      task.kill('KILL');
    } catch {
      // It is gone already.
    }
  };
  step.signal.addEventListener('abort', kill, { once: true });
  if (step.signal.aborted) kill();
  const [exit] = await Promise.all([task.exited, forward(step, output)]);
  step.signal.removeEventListener('abort', kill);
  step.signal.throwIfAborted();
  return { exitCode: exit.exitCode, oomKilled: exit.oomKilled };
}

async function forward({ onOutput }: Step, output: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const { type, data } of decodeFrames(output)) onOutput(type === STDERR ? 'stderr' : 'stdout', data);
}

async function openStepNetwork(engine: EngineContext, step: Step, directory: string, undo: AsyncDisposableStack): Promise<string | undefined> {
  const mode = step.network === 'default' || step.network === '' ? 'bridge' : step.network;
  const hostname = step.hostname ?? 'buildkitsandbox';
  const sandbox = await engine.networks.openSandbox({
    containerId: step.id,
    containerName: `step-${step.id.slice(0, 12)}`,
    hostname,
    mode,
    endpoints: {},
    extraHosts: [...step.extraHosts],
  });
  undo.defer(() => engine.networks.closeSandbox(step.id));
  writeNetworkFiles(directory, sandbox.files);
  return sandbox.netnsPath;
}

function stepHostConfig({ network, resources }: Step): Partial<HostConfig> {
  return {
    NetworkMode: network,
    Memory: resources.memory ?? 0,
    MemorySwap: resources.memorySwap ?? 0,
    CpuShares: resources.cpuShares ?? 0,
    CpuPeriod: resources.cpuPeriod ?? 0,
    CpuQuota: resources.cpuQuota ?? 0,
    CpusetCpus: resources.cpusetCpus ?? '',
    CpusetMems: resources.cpusetMems ?? '',
    CgroupParent: resources.cgroupParent ?? '',
    ShmSize: resources.shmSize ?? 0,
    Ulimits: resources.ulimits ?? [],
  };
}

function specMount({ source, target, readOnly }: StepMount): SpecMount {
  if (source.kind !== 'tmpfs')
    return {
      kind: 'bind',
      source: source.path,
      target,
      readonly: readOnly,
      recursiveReadonly: readOnly && source.kind === 'directory',
      propagation: 'rprivate',
    };
  const size = source.sizeBytes ? [`size=${source.sizeBytes}`] : [];
  return { kind: 'tmpfs', target, options: ['nosuid', 'nodev', `mode=${(source.mode ?? 0o1777).toString(8)}`, ...size, ...(readOnly ? ['ro'] : [])] };
}
