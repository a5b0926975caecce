import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerInspect, ContainerState, EndpointSettings, NetworkSettings } from '../api/index.ts';
import type { Container } from './container.ts';
import { containerDir } from './container-dir.ts';
import type { EngineContext } from './context.ts';
import { containerSizes } from './container-size.ts';
import { logPath } from './log-options.ts';

/** The answer of `GET /containers/{id}/json`, in its newest form. */
export async function inspectContainer(engine: EngineContext, reference: string, options: { size?: boolean } = {}): Promise<ContainerInspect> {
  const container = engine.containers.resolve(reference);
  const { record } = container;
  const file = (name: string): string => filePath(engine, container, name);
  return {
    Id: record.id,
    Created: record.created,
    Path: record.path,
    Args: record.args,
    State: stateOf(container),
    Image: record.imageId,
    ResolvConfPath: file('resolv.conf'),
    HostnamePath: file('hostname'),
    HostsPath: file('hosts'),
    LogPath: wroteLog(container) ? logPath(engine, container) : '',
    Name: `/${record.name}`,
    RestartCount: record.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: container.execs.size > 0 ? [...container.execs] : null,
    HostConfig: record.hostConfig,
    GraphDriver: graphDriver(engine, container),
    ...(options.size ? await containerSizes(engine, container) : {}),
    Mounts: record.mounts.map(({ point }) => point),
    Config: record.config,
    NetworkSettings: networkSettings(container),
  };
}

function stateOf({ record, state, isRunning }: Container): ContainerState {
  return {
    Status: state.status,
    Running: isRunning,
    Paused: state.status === 'paused',
    Restarting: state.status === 'restarting',
    OOMKilled: state.oomKilled,
    Dead: state.status === 'dead',
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: state.startedAt,
    FinishedAt: state.finishedAt,
    ...(state.health ? { Health: state.health } : {}),
    ...(record.exits.length > 0 ? { Exits: record.exits } : {}),
  };
}

/** Files of /etc are there from the first start on. */
function filePath(engine: EngineContext, container: Container, name: string): string {
  const path = join(containerDir(engine, container.id), name);
  return existsSync(path) ? path : '';
}

function wroteLog(container: Container): boolean {
  return container.state.startedAt !== '0001-01-01T00:00:00Z' && container.record.hostConfig.LogConfig.Type === 'json-file';
}

function graphDriver(engine: EngineContext, container: Container): ContainerInspect['GraphDriver'] {
  const snapshot = engine.snapshots.active(container.id);
  if (!snapshot) return { Name: 'overlay2', Data: null };
  const data = { ID: container.id, LowerDir: snapshot.lowerDirs.join(':'), MergedDir: snapshot.target, UpperDir: snapshot.upperDir, WorkDir: snapshot.workDir };
  return { Name: 'overlay2', Data: data };
}

const noEndpoint: EndpointSettings = {
  IPAMConfig: null,
  Links: null,
  Aliases: null,
  MacAddress: '',
  DriverOpts: null,
  GwPriority: 0,
  NetworkID: '',
  EndpointID: '',
  Gateway: '',
  IPAddress: '',
  IPPrefixLen: 0,
  IPv6Gateway: '',
  GlobalIPv6Address: '',
  GlobalIPv6PrefixLen: 0,
  DNSNames: null,
};

/** Asked-for settings under what is in force, for every network of a container. */
export function endpointsShown({ record }: Container): Record<string, EndpointSettings> {
  const inForce = record.run?.network?.networks;
  const shown = inForce ?? record.endpoints;
  return Object.fromEntries(Object.entries(shown).map(([name, settings]) => [name, { ...noEndpoint, ...settings }]));
}

function networkSettings(container: Container): NetworkSettings {
  const network = container.record.run?.network;
  const networks = endpointsShown(container);
  const bridge = networks['bridge'] ?? noEndpoint;
  return {
    Bridge: '',
    SandboxID: network?.sandboxId ?? '',
    SandboxKey: network?.sandboxKey ?? '',
    Ports: network?.ports ?? {},
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: bridge.EndpointID,
    Gateway: bridge.Gateway,
    GlobalIPv6Address: bridge.GlobalIPv6Address,
    GlobalIPv6PrefixLen: bridge.GlobalIPv6PrefixLen,
    IPAddress: bridge.IPAddress,
    IPPrefixLen: bridge.IPPrefixLen,
    IPv6Gateway: bridge.IPv6Gateway,
    MacAddress: bridge.MacAddress,
    Networks: networks,
  };
}
