import type { ContainerCreateBody, HealthConfig, HostConfig, RestartPolicy } from '../api/index.ts';
import { containerCapabilities } from '../runtime/index.ts';
import { checkResources } from './check-resources.ts';
import { invalid } from './invalid.ts';
import { signalNumber } from './signals.ts';

/** What the check has to know of this engine. */
export interface CreateFacts {
  /** Names that `HostConfig.Runtime` may have. */
  readonly runtimes: readonly string[];
}

/** Refuses what can never run, in Docker's words and before anything is recorded; answers the warnings for the client. */
export function checkCreate(body: ContainerCreateBody, facts: CreateFacts): string[] {
  const host = body.HostConfig ?? {};
  checkTypes({ ...body }, topTypes);
  checkTypes({ ...host }, hostTypes);
  checkProcess(body);
  checkHealth(body.Healthcheck ?? {});
  checkRestart(host);
  checkModes(host);
  checkNetworkMode(body, host);
  checkPorts(host);
  checkLog(host);
  if (host.Runtime && !facts.runtimes.includes(host.Runtime)) throw invalid(`unknown or invalid runtime name: ${host.Runtime}`);
  const discarded = host.NetworkMode === 'host' && Object.keys(host.PortBindings ?? {}).length > 0;
  return [...checkResources(host), ...(discarded ? ['Published ports are discarded when using host network mode'] : [])];
}

type Shape = 'string' | 'boolean' | 'number' | 'strings' | 'object' | 'list';
const topTypes: Readonly<Record<string, Shape>> = {
  ...shapes('string', ['Hostname', 'Domainname', 'User', 'Image', 'WorkingDir', 'StopSignal', 'MacAddress']),
  ...shapes('boolean', ['AttachStdin', 'AttachStdout', 'AttachStderr', 'Tty', 'OpenStdin', 'StdinOnce', 'NetworkDisabled']),
  ...shapes('number', ['StopTimeout']),
  ...shapes('strings', ['Env', 'Cmd', 'Entrypoint', 'OnBuild', 'Shell']),
  ...shapes('object', ['ExposedPorts', 'Volumes', 'Labels', 'Healthcheck', 'HostConfig', 'NetworkingConfig']),
};
const hostTypes: Readonly<Record<string, Shape>> = {
  ...shapes('string', [
    'ContainerIDFile',
    'NetworkMode',
    'VolumeDriver',
    'CgroupnsMode',
    'IpcMode',
    'Cgroup',
    'PidMode',
    'UTSMode',
    'UsernsMode',
    'Runtime',
    'Isolation',
    'CgroupParent',
    'CpusetCpus',
    'CpusetMems',
  ]),
  ...shapes('boolean', ['AutoRemove', 'Privileged', 'PublishAllPorts', 'ReadonlyRootfs', 'Init', 'OomKillDisable']),
  ...shapes('number', [
    'OomScoreAdj',
    'ShmSize',
    'CpuShares',
    'Memory',
    'NanoCpus',
    'BlkioWeight',
    'CpuPeriod',
    'CpuQuota',
    'CpuRealtimePeriod',
    'CpuRealtimeRuntime',
    'MemoryReservation',
    'MemorySwap',
    'MemorySwappiness',
    'PidsLimit',
  ]),
  ...shapes('strings', [
    'Binds',
    'VolumesFrom',
    'CapAdd',
    'CapDrop',
    'Dns',
    'DnsOptions',
    'DnsSearch',
    'ExtraHosts',
    'GroupAdd',
    'Links',
    'SecurityOpt',
    'DeviceCgroupRules',
    'MaskedPaths',
    'ReadonlyPaths',
  ]),
  ...shapes('object', ['LogConfig', 'PortBindings', 'RestartPolicy', 'Annotations', 'StorageOpt', 'Tmpfs', 'Sysctls']),
  ...shapes('list', [
    'Mounts',
    'Devices',
    'DeviceRequests',
    'Ulimits',
    'ConsoleSize',
    'BlkioWeightDevice',
    'BlkioDeviceReadBps',
    'BlkioDeviceWriteBps',
    'BlkioDeviceReadIOps',
    'BlkioDeviceWriteIOps',
  ]),
};

/** The fields that update may change, and the policy. */
export const updateTypes: Readonly<Record<string, Shape>> = {
  ...hostTypes,
  RestartPolicy: 'object',
};

function shapes(shape: Shape, names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

/** Go's decoder refuses a value of another type than the field's. */
export function checkTypes(values: Readonly<Record<string, unknown>>, types: Readonly<Record<string, Shape>>): void {
  for (const [name, shape] of Object.entries(types)) {
    const value = values[name];
    if (value !== undefined && value !== null && !hasShape(value, shape)) {
      const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
      throw invalid(`invalid JSON: json: cannot unmarshal ${kind} into Go struct field .${name} of type ${goType[shape]}`);
    }
  }
}

const goType: Readonly<Record<Shape, string>> = {
  string: 'string',
  boolean: 'bool',
  number: 'int64',
  strings: '[]string',
  object: 'map[string]interface {}',
  list: '[]interface {}',
};

function hasShape(value: unknown, shape: Shape): boolean {
  if (shape === 'strings') return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
  if (shape === 'list') return Array.isArray(value) && value.every((item) => item !== null && (typeof item === 'object' || typeof item === 'number'));
  if (shape === 'object') return typeof value === 'object' && !Array.isArray(value);
  return shape === 'number' ? Number.isSafeInteger(value) : typeof value === shape;
}

function checkProcess(body: ContainerCreateBody): void {
  if (body.WorkingDir && !body.WorkingDir.startsWith('/'))
    throw invalid(`the working directory '${body.WorkingDir}' is invalid, it needs to be an absolute path`);
  for (const entry of body.Env ?? []) if (entry === '' || entry.startsWith('=')) throw invalid(`invalid environment variable: ${entry}`);
  // As Docker, any number but 0 passes here; one that is no signal is not sent.
  if (body.StopSignal && signalNumber(body.StopSignal) === undefined && !/^0*[1-9]\d*$/.test(body.StopSignal))
    throw invalid(`invalid signal: ${body.StopSignal}`);
}

const ONE_MS = 1_000_000;

function checkHealth(health: HealthConfig): void {
  for (const name of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const) {
    const value = health[name] ?? 0;
    if (typeof value !== 'number' || (value !== 0 && value < ONE_MS)) throw invalid(`${name} in Healthcheck cannot be less than 1ms`);
  }
  if ((health.Retries ?? 0) < 0) throw invalid('Retries in Healthcheck cannot be negative');
  checkTypes(health as Record<string, unknown>, { Test: 'strings', Retries: 'number' });
}

function checkRestart(host: Partial<HostConfig>): void {
  const policy: Partial<RestartPolicy> = host.RestartPolicy ?? {};
  const { Name: name = '', MaximumRetryCount: count = 0 } = policy;
  checkRestartPolicy(name, count);
  const { HealthOnFailure: action = 'none' } = host;
  if (!['none', 'kill', 'restart', 'stop'].includes(action))
    throw invalid(`invalid health-on-failure action: ${action}; use one of 'none', 'kill', 'restart', or 'stop'`);
  if (host.AutoRemove && name !== '' && name !== 'no') throw invalid("can't create 'AutoRemove' container with restart policy");
}

/** Refuses unknown policies and counts that do not belong to them. */
export function checkRestartPolicy(name: string, count: number): void {
  if (!['', 'no', 'always', 'unless-stopped', 'on-failure', 'on-unhealthy'].includes(name)) {
    throw invalid(`invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`);
  }
  if (count < 0) throw invalid('invalid restart policy: maximum retry count cannot be negative');
  if (count > 0 && !name.startsWith('on-')) throw invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
}

function checkModes(host: Partial<HostConfig>): void {
  const joins = (mode: string): boolean => /^container:.+/.test(mode);
  const { IpcMode: ipc = '', PidMode: pid = '', UTSMode: uts = '', CgroupnsMode: cgroup = '', UsernsMode: user = '' } = host;
  if (!['', 'none', 'private', 'shareable', 'host'].includes(ipc) && !joins(ipc)) throw invalid(`invalid IPC mode: ${ipc}`);
  if (!['', 'host', 'private'].includes(pid) && !joins(pid)) throw invalid(`invalid PID mode: ${pid}`);
  if (!['', 'host', 'private'].includes(uts)) throw invalid(`invalid UTS mode: ${uts}`);
  if (!['', 'host', 'private'].includes(cgroup)) throw invalid(`invalid cgroup namespace mode: ${cgroup}`);
  if (!['', 'host', 'private'].includes(user)) throw invalid(`invalid user namespace mode: ${user}`);
  if (!['', 'default'].includes(host.Isolation ?? '')) throw invalid(`invalid isolation (${host.Isolation}): linux only supports 'default'`);
  if ((host.ShmSize ?? 0) < 0) throw invalid('SHM size can not be less than 0');
  if (Math.abs(host.OomScoreAdj ?? 0) > 1000) throw invalid(`Invalid value ${host.OomScoreAdj}, range for oom score adj is [-1000, 1000]`);
  containerCapabilities({ add: host.CapAdd ?? [], drop: host.CapDrop ?? [], privileged: host.Privileged ?? false });
  for (const option of host.SecurityOpt ?? []) if (!isSecurityOption(option)) throw invalid(`invalid --security-opt 1: ${JSON.stringify(option)}`);
  if (Object.keys(host.StorageOpt ?? {}).length > 0) throw invalid("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
  for (const path of Object.keys(host.Tmpfs ?? {})) if (!path.startsWith('/')) throw invalid(`invalid mount path: '${path}' mount path must be absolute`);
}

function isSecurityOption(option: string): boolean {
  return (
    ['no-new-privileges', 'disable'].includes(option) ||
    /^(?:label|apparmor|seccomp|no-new-privileges|systempaths|writable-cgroups|unmask|mask)[=:]/.test(option)
  );
}

function checkNetworkMode(body: ContainerCreateBody, host: Partial<HostConfig>): void {
  const mode = host.NetworkMode ?? '';
  const [joins, onHost] = [mode.startsWith('container:'), mode === 'host'];
  if (mode === 'container:') throw invalid('invalid container format container:<name|id>');
  if (joins && body.Hostname) throw invalid('conflicting options: hostname and the network mode');
  if (host.UTSMode === 'host' && body.Hostname) throw invalid('conflicting options: hostname and the UTS mode');
  if (onHost && host.Links?.length)
    throw invalid("conflicting options: host type networking can't be used with links. This would result in undefined behavior");
  if (joins && host.Links?.length)
    throw invalid("conflicting options: container type network can't be used with links. This would result in undefined behavior");
  if (joins && host.Dns?.length) throw invalid('conflicting options: dns and the network mode');
  if (joins && host.ExtraHosts?.length) throw invalid('conflicting options: custom host-to-IP mapping and the network mode');
  if (joins && body.MacAddress) throw invalid('conflicting options: mac-address and the network mode');
  if (joins && (Object.keys(host.PortBindings ?? {}).length > 0 || host.PublishAllPorts))
    throw invalid('conflicting options: port publishing and the container type network mode');
  if (joins && Object.keys(body.ExposedPorts ?? {}).length > 0) throw invalid('conflicting options: port exposing and the container type network mode');
  for (const entry of host.ExtraHosts ?? []) if (!/^[^:=]+[:=].+/.test(entry)) throw invalid(`bad format for add-host: ${JSON.stringify(entry)}`);
}

function checkPorts(host: Partial<HostConfig>): void {
  for (const [port, bindings] of Object.entries(host.PortBindings ?? {})) {
    if (!isPortSpec(port)) throw invalid(`invalid port specification: ${JSON.stringify(port)}`);
    if (bindings !== null && !Array.isArray(bindings))
      throw invalid('invalid JSON: json: cannot unmarshal object into Go struct field .PortBindings of type []nat.PortBinding');
    for (const binding of bindings ?? []) checkTypes({ ...binding }, { HostIp: 'string', HostPort: 'string' });
    for (const { HostPort: hostPort } of bindings ?? [])
      if (hostPort && !isHostPort(hostPort)) throw invalid(`invalid port specification: ${JSON.stringify(hostPort)}`);
  }
}

/** "80", "80/tcp" or "8000-8010/udp". */
function isPortSpec(text: string): boolean {
  const [ports = '', protocol = 'tcp'] = text.split('/');
  return isHostPort(ports) && /^(?:tcp|udp|sctp)$/i.test(protocol);
}

function isHostPort(text: string): boolean {
  const [first, last = first, ...rest] = text.split('-');
  return rest.length === 0 && [first, last].every((part) => /^\d{1,5}$/.test(part ?? '') && Number(part) <= 65_535);
}

const logOptions: Readonly<Record<string, readonly string[]>> = {
  'json-file': ['max-file', 'max-size', 'compress', 'labels', 'labels-regex', 'env', 'env-regex', 'tag', 'mode', 'max-buffer-size'],
  local: ['max-file', 'max-size', 'compress', 'mode', 'max-buffer-size'],
  none: ['mode', 'max-buffer-size'],
};
const foreignDrivers = new Set(['awslogs', 'fluentd', 'gelf', 'journald', 'splunk', 'syslog', 'etwlogs', 'gcplogs']);

function checkLog(host: Partial<HostConfig>): void {
  const { Type: type, Config: config } = host.LogConfig ?? { Type: '', Config: {} };
  if (!type) return;
  if (typeof type !== 'string' || foreignDrivers.has(type)) throw invalid(`logger: no log driver named '${type}' is registered: use json-file, local or none`);
  const known = logOptions[type];
  if (!known) throw invalid(`error looking up logging plugin ${type}: plugin "${type}" not found`);
  for (const name of Object.keys(config ?? {})) if (!known.includes(name)) throw invalid(`unknown log opt '${name}' for ${type} log driver`);
}
