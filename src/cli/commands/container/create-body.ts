import type { ContainerCreateBody, HealthConfig, HostConfig, RestartPolicy } from '../../../api/index.ts';
import { parseBytes } from '../../flags/bytes.ts';
import { parseCpus } from '../../flags/cpus.ts';
import { isCdiDevice, parseDevice, parseGpus, parseThrottle, parseUlimit, parseWeightDevice } from '../../flags/devices.ts';
import { parseDuration } from '../../flags/duration.ts';
import { readEnvironment, readLabels } from '../../flags/env.ts';
import { keyValues } from '../../flags/key-values.ts';
import { parseMount } from '../../flags/mount.ts';
import { parseNetworks } from '../../flags/network-attachment.ts';
import { parseExpose, parsePublish } from '../../flags/ports.ts';
import { parseSecurityOptions } from '../../flags/security.ts';
import { parseVolumes } from '../../flags/volumes.ts';
import type { Flags } from '../../parse/flags.ts';

/** Slipway's own wish beside Docker's: what to do with a container that turns unhealthy. */
export type HealthOnFailure = 'none' | 'kill' | 'restart' | 'stop';

/** A create body before the last touches of run. */
export type CreateBody = ContainerCreateBody & { HostConfig: Partial<HostConfig> & { HealthOnFailure?: HealthOnFailure } };

/** The create request that the flags of run and create describe. Throws an Error in Docker's words when they contradict one another. */
export function createBody(flags: Flags, image: string, command: readonly string[], env: NodeJS.ProcessEnv): CreateBody {
  const ports = parsePublish(flags.list('publish'));
  const exposed = { ...parseExpose(flags.list('expose')), ...ports.exposed };
  const { volumes, binds } = parseVolumes(flags.list('volume'));
  const networks = parseNetworks(flags);
  const environment = readEnvironment(flags.list('env-file'), flags.list('env'), env);
  const healthcheck = healthOf(flags);
  const attach = attachments(flags);
  return {
    Hostname: flags.string('hostname'),
    Domainname: flags.string('domainname'),
    User: flags.string('user'),
    ...attach,
    ...(Object.keys(exposed).length > 0 ? { ExposedPorts: exposed } : {}),
    Tty: flags.bool('tty'),
    OpenStdin: flags.bool('interactive'),
    StdinOnce: flags.bool('interactive') && attach.AttachStdin,
    Env: environment,
    Cmd: command.length > 0 ? command : null,
    Image: image,
    Volumes: volumes,
    WorkingDir: flags.string('workdir'),
    Entrypoint: flags.changed('entrypoint') ? [flags.string('entrypoint')] : null,
    ...(networks.mode === 'default' && flags.string('mac-address') ? { MacAddress: flags.string('mac-address') } : {}),
    Labels: keyValues(readLabels(flags.list('label-file'), flags.list('label'))),
    ...(flags.string('stop-signal') ? { StopSignal: flags.string('stop-signal') } : {}),
    ...(flags.changed('stop-timeout') ? { StopTimeout: flags.int('stop-timeout') } : {}),
    ...(healthcheck ? { Healthcheck: healthcheck } : {}),
    HostConfig: hostConfig(flags, binds, ports.bindings, networks.mode),
    NetworkingConfig: { EndpointsConfig: networks.endpoints },
  };
}

function attachments(flags: Flags): { AttachStdin: boolean; AttachStdout: boolean; AttachStderr: boolean } {
  const named = flags.list('attach').map((one) => one.toLowerCase());
  return {
    AttachStdin: flags.bool('interactive') || named.includes('stdin'),
    AttachStdout: named.length === 0 || named.includes('stdout'),
    AttachStderr: named.length === 0 || named.includes('stderr'),
  };
}

function healthOf(flags: Flags): HealthConfig | undefined {
  const settings = ['health-cmd', 'health-interval', 'health-timeout', 'health-start-period', 'health-start-interval', 'health-retries'];
  const set = settings.filter((name) => flags.changed(name) && flags.string(name) !== '');
  if (flags.bool('no-healthcheck')) {
    if (set.length > 0) throw new Error('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (set.length === 0) return undefined;
  const command = flags.string('health-cmd');
  const duration = (name: string): number => parseDuration(flags.string(name));
  for (const [name, words] of [
    ['health-interval', 'interval'],
    ['health-timeout', 'timeout'],
    ['health-start-period', 'start-period'],
    ['health-start-interval', 'start-interval'],
  ] as const) {
    if (duration(name) < 0) throw new Error(`--health-${words} cannot be negative`);
  }
  if (flags.int('health-retries') < 0) throw new Error('--health-retries cannot be negative');
  return {
    ...(command ? { Test: ['CMD-SHELL', command] } : {}),
    ...some('Interval', duration('health-interval')),
    ...some('Timeout', duration('health-timeout')),
    ...some('StartPeriod', duration('health-start-period')),
    ...some('StartInterval', duration('health-start-interval')),
    ...some('Retries', flags.int('health-retries')),
  };
}

/** A key that is left out when it is 0. */
function some(name: string, value: number): Record<string, number> {
  return value === 0 ? {} : { [name]: value };
}

function hostConfig(flags: Flags, binds: readonly string[], bindings: HostConfig['PortBindings'], mode: string): CreateBody['HostConfig'] {
  const security = parseSecurityOptions(flags.list('security-opt'));
  const mounts = flags.list('mount').map(parseMount);
  const devices = flags.list('device');
  const requests = [...flags.list('gpus').map(parseGpus), ...cdiRequests(devices)];
  const onFailure = flags.string('health-on-failure');
  if (onFailure && !['none', 'kill', 'restart', 'stop'].includes(onFailure)) {
    throw new Error(`invalid value for --health-on-failure: '${onFailure}': must be one of "none", "kill", "restart" or "stop"`);
  }
  return {
    Binds: binds.length > 0 ? binds : null,
    ContainerIDFile: flags.string('cidfile'),
    LogConfig: { Type: flags.string('log-driver'), Config: logOptions(flags) },
    NetworkMode: mode,
    PortBindings: bindings,
    RestartPolicy: restartPolicy(flags.string('restart')),
    AutoRemove: checkedAutoRemove(flags),
    VolumeDriver: flags.string('volume-driver'),
    VolumesFrom: flags.list('volumes-from'),
    CapAdd: capabilities(flags.list('cap-add')),
    CapDrop: capabilities(flags.list('cap-drop')),
    CgroupnsMode: mode1('cgroupns', flags, /^(|host|private)$/, 'CGROUP'),
    Dns: flags.list('dns'),
    DnsOptions: [...flags.list('dns-opt'), ...flags.list('dns-option')],
    DnsSearch: flags.list('dns-search'),
    ExtraHosts: flags.list('add-host').map((one) => one.replace(/^([^=:]+)=/, '$1:').replace(/:\[(.*)\]$/, ':$1')),
    GroupAdd: flags.list('group-add'),
    IpcMode: flags.string('ipc'),
    Links: flags.list('link'),
    OomScoreAdj: flags.int('oom-score-adj'),
    PidMode: mode1('pid', flags, /^(|host|container:.+)$/, 'PID'),
    Privileged: flags.bool('privileged'),
    PublishAllPorts: flags.bool('publish-all'),
    ReadonlyRootfs: flags.bool('read-only'),
    SecurityOpt: security.options,
    ...(flags.changed('storage-opt') ? { StorageOpt: pairs(flags.list('storage-opt'), 'invalid storage option') } : {}),
    ...(flags.changed('tmpfs') ? { Tmpfs: Object.fromEntries(flags.list('tmpfs').map(tmpfsPair)) } : {}),
    UTSMode: mode1('uts', flags, /^(|host)$/, 'UTS'),
    UsernsMode: mode1('userns', flags, /^(|host)$/, 'USER'),
    ShmSize: bytes(flags, 'shm-size'),
    ...(flags.changed('sysctl') ? { Sysctls: keyValues(flags.list('sysctl')) } : {}),
    Runtime: flags.string('runtime'),
    Isolation: flags.string('isolation'),
    ...(mounts.length > 0 ? { Mounts: mounts } : {}),
    ...(security.openPaths ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
    ...(flags.changed('init') ? { Init: flags.bool('init') } : {}),
    ...(flags.changed('annotation') ? { Annotations: keyValues(flags.list('annotation')) } : {}),
    ...(onFailure && onFailure !== 'none' ? { HealthOnFailure: onFailure as HealthOnFailure } : {}),
    Devices: devices.filter((one) => !isCdiDevice(one)).map(parseDevice),
    DeviceRequests: requests.length > 0 ? requests : null,
    ...resources(flags),
  };
}

/** The limits that run, create and update share. */
export function resources(flags: Flags): Partial<HostConfig> {
  const swappiness = flags.int('memory-swappiness');
  if (flags.changed('memory-swappiness') && swappiness !== -1 && (swappiness < 0 || swappiness > 100)) {
    throw new Error(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  }
  return {
    CpuShares: flags.int('cpu-shares'),
    Memory: bytes(flags, 'memory'),
    NanoCpus: flags.string('cpus') ? parseCpus(flags.string('cpus')) : 0,
    CgroupParent: flags.string('cgroup-parent'),
    BlkioWeight: flags.int('blkio-weight'),
    BlkioWeightDevice: flags.list('blkio-weight-device').map(parseWeightDevice),
    BlkioDeviceReadBps: flags.list('device-read-bps').map(parseThrottle),
    BlkioDeviceWriteBps: flags.list('device-write-bps').map(parseThrottle),
    BlkioDeviceReadIOps: flags.list('device-read-iops').map(parseThrottle),
    BlkioDeviceWriteIOps: flags.list('device-write-iops').map(parseThrottle),
    CpuPeriod: flags.int('cpu-period'),
    CpuQuota: flags.int('cpu-quota'),
    CpuRealtimePeriod: flags.int('cpu-rt-period'),
    CpuRealtimeRuntime: flags.int('cpu-rt-runtime'),
    CpusetCpus: flags.string('cpuset-cpus'),
    CpusetMems: flags.string('cpuset-mems'),
    DeviceCgroupRules: flags.list('device-cgroup-rule'),
    MemoryReservation: bytes(flags, 'memory-reservation'),
    MemorySwap: bytes(flags, 'memory-swap'),
    ...(flags.changed('memory-swappiness') ? { MemorySwappiness: swappiness } : {}),
    ...(flags.bool('oom-kill-disable') ? { OomKillDisable: true } : {}),
    ...(flags.changed('pids-limit') ? { PidsLimit: flags.int('pids-limit') } : {}),
    Ulimits: flags.list('ulimit').map(parseUlimit),
    CpuCount: flags.int('cpu-count'),
    CpuPercent: flags.int('cpu-percent'),
    IOMaximumIOps: flags.int('io-maxiops'),
    IOMaximumBandwidth: bytes(flags, 'io-maxbandwidth'),
  };
}

/** "on-failure:3" → its parts. Throws with Docker's words. */
export function restartPolicy(text: string): RestartPolicy {
  const [name = '', count, ...more] = text.split(':');
  if (text !== '' && name === '') throw new Error('invalid restart policy format: no policy provided before colon');
  if (more.length > 0) throw new Error('invalid restart policy format: maximum retry count must be an integer');
  if (count !== undefined && !/^-?\d+$/.test(count)) throw new Error('invalid restart policy format: maximum retry count must be an integer');
  return { Name: name as RestartPolicy['Name'], MaximumRetryCount: Number(count ?? 0) };
}

function checkedAutoRemove(flags: Flags): boolean {
  const remove = flags.bool('rm');
  if (remove && !['no', ''].includes(flags.string('restart'))) throw new Error('conflicting options: cannot specify both --restart and --rm');
  return remove;
}

function mode1(name: string, flags: Flags, allowed: RegExp, kind: string): string {
  const value = flags.string(name);
  if (!allowed.test(value)) throw new Error(`--${name}: invalid ${kind} mode`);
  return value;
}

function logOptions(flags: Flags): Record<string, string> {
  const options = flags.list('log-opt');
  if (flags.string('log-driver') === 'none' && options.length > 0) throw new Error('invalid logging opts for driver none');
  return keyValues(options);
}

function pairs(lines: readonly string[], complaint: string): Record<string, string> {
  if (lines.some((line) => !line.includes('='))) throw new Error(complaint);
  return keyValues(lines);
}

/** "net_admin" → "CAP_NET_ADMIN"; ALL stands for itself. Sorted, each once. */
function capabilities(names: readonly string[]): string[] {
  const full = names.map((name) => name.toUpperCase()).map((name) => (name === 'ALL' || name.startsWith('CAP_') ? name : `CAP_${name}`));
  return [...new Set(full)].toSorted();
}

function tmpfsPair(spec: string): [string, string] {
  const colon = spec.indexOf(':');
  return colon < 0 ? [spec, ''] : [spec.slice(0, colon), spec.slice(colon + 1)];
}

function bytes(flags: Flags, name: string): number {
  const text = flags.string(name);
  return text === '' ? 0 : parseBytes(text);
}

function cdiRequests(devices: readonly string[]): NonNullable<HostConfig['DeviceRequests']>[number][] {
  const ids = devices.filter(isCdiDevice);
  return ids.length > 0 ? [{ Driver: 'cdi', Count: 0, DeviceIDs: ids, Capabilities: null, Options: null }] : [];
}
