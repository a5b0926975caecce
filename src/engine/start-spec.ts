import type { ContainerConfig } from '../api/index.ts';
import { resolveUser, runtimeSpec } from '../runtime/index.ts';
import type { RuntimeSpec, SpecMount } from '../runtime/index.ts';
import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';
import { linkEnvironment } from './link-environment.ts';
import { joinedContainer } from './join-namespaces.ts';
import { sharedMemoryPath } from './shared-memory.ts';

/** What start has made ready for the process. */
export interface StartParts {
  readonly rootfs: string;
  readonly mounts: readonly SpecMount[];
  /** Undefined for the host's network. */
  readonly netns: string | undefined;
}

/** The OCI runtime spec of a container's next run. */
export function startSpec(engine: EngineContext, container: Container, parts: StartParts): RuntimeSpec {
  const { config, hostConfig, path, args } = container.record;
  const ipc = joinedContainer(engine, hostConfig.IpcMode, 'IPC');
  const pid = joinedContainer(engine, hostConfig.PidMode, 'PID');
  const shares = hostConfig.IpcMode === 'shareable' ? container : ipc;
  return runtimeSpec({
    id: container.id,
    rootfs: parts.rootfs,
    args: [path, ...args],
    env: environment(config, linkEnvironment(engine, container)),
    workingDir: config.WorkingDir || '/',
    user: resolveUser(parts.rootfs, config.User, hostConfig.GroupAdd ?? []),
    hostname: config.Hostname,
    domainname: config.Domainname || undefined,
    terminal: config.Tty,
    hostConfig: { ...hostConfig, Sysctls: withoutNet(hostConfig.Sysctls ?? {}, parts.netns) },
    mounts: parts.mounts,
    netns: parts.netns,
    joinPid: { ...(pid ? { pid: pid.state.pid } : {}), ...(ipc ? { ipc: ipc.state.pid } : {}) },
    shmPath: shares ? sharedMemoryPath(engine, shares) : undefined,
  });
}

const usualPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The variables of a container's process in Docker's order: its own defaults first. Later entries win; a name without a value takes the variable away. */
export function environment(
  { Env: own, Hostname: hostname, Tty: terminal }: Pick<ContainerConfig, 'Env' | 'Hostname' | 'Tty'>,
  more: readonly string[] = [],
): string[] {
  const values = new Map<string, string>();
  for (const entry of [usualPath, `HOSTNAME=${hostname}`, ...(terminal ? ['TERM=xterm'] : []), ...more, ...(own ?? [])]) {
    const name = entry.split('=', 1)[0] ?? '';
    if (entry.includes('=')) values.set(name, entry);
    else values.delete(name);
  }
  return [...values.values()];
}

/** The network room has written those of the namespace already. */
function withoutNet(sysctls: Readonly<Record<string, string>>, netns: string | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(sysctls).filter(([name]) => netns === undefined || !name.startsWith('net.')));
}
