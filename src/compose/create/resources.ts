import type { DeviceRequest, Resources, RestartPolicy, ThrottleDevice } from '../../api/index.ts';
import { type DeviceRequestConfig, parseDuration, type Service, type UlimitValue } from '../../compose-file/index.ts';

/** Limits, devices and priorities of a service. Those of `deploy.resources` hold where the older attributes say nothing. */
export function resources(service: Service): Partial<Resources> {
  const limits = service.deploy?.resources?.limits ?? {};
  const reservations = service.deploy?.resources?.reservations ?? {};
  const cpus = service.cpus ?? limits.cpus;
  const requests = [...(reservations.devices ?? []), ...(service.gpus ?? []).map(gpu)];
  return compact({
    NanoCpus: cpus === undefined ? undefined : Math.round(cpus * 1e9),
    Memory: size(service.mem_limit ?? limits.memory),
    MemoryReservation: size(service.mem_reservation ?? reservations.memory),
    MemorySwap: size(service.memswap_limit),
    MemorySwappiness: size(service.mem_swappiness),
    PidsLimit: service.pids_limit ?? limits.pids,
    CpuCount: service.cpu_count,
    CpuPercent: service.cpu_percent,
    CpuPeriod: service.cpu_period,
    CpuQuota: service.cpu_quota,
    CpuRealtimePeriod: service.cpu_rt_period,
    CpuRealtimeRuntime: service.cpu_rt_runtime,
    CpuShares: service.cpu_shares,
    CpusetCpus: service.cpuset,
    CgroupParent: service.cgroup_parent,
    OomKillDisable: service.oom_kill_disable,
    Devices: service.devices
      ?.filter(({ source }) => source.startsWith('/'))
      .map(({ source, target, permissions }) => ({ PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions })),
    DeviceCgroupRules: service.device_cgroup_rules,
    DeviceRequests: [...requests.map(deviceRequest), ...cdiRequests(service)],
    Ulimits: ulimits(service.ulimits),
    ...blkio(service.blkio_config),
  });
}

/** What restarts a container: `restart`, or what `deploy.restart_policy` says. */
export function restartPolicy(service: Service): RestartPolicy {
  const [name = '', count] = (service.restart ?? '').split(':');
  if (name) return { Name: name as RestartPolicy['Name'], MaximumRetryCount: Number(count ?? 0) };
  const policy = service.deploy?.restart_policy;
  if (!policy) return { Name: '', MaximumRetryCount: 0 };
  const names: Readonly<Record<string, RestartPolicy['Name']>> = { none: 'no', 'on-failure': 'on-failure', any: 'always' };
  const restart = names[policy.condition ?? 'any'] ?? 'always';
  return { Name: restart, MaximumRetryCount: restart === 'on-failure' ? (policy.max_attempts ?? 0) : 0 };
}

/** Seconds of `stop_grace_period`. */
export function stopTimeout(service: Service): number | undefined {
  const period = service.stop_grace_period === undefined ? undefined : parseDuration(service.stop_grace_period);
  return period === undefined ? undefined : Math.ceil(period / 1e9);
}

/** Leaves out what is undefined, and empty lists, which mean the same as nothing to the engine. */
export function compact<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(value).filter(([, one]) => one !== undefined && !(Array.isArray(one) && one.length === 0));
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function size(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function gpu(request: DeviceRequestConfig): DeviceRequestConfig {
  return { ...request, capabilities: [...(request.capabilities ?? []), ...(request.capabilities?.includes('gpu') ? [] : ['gpu'])] };
}

function deviceRequest(request: DeviceRequestConfig): DeviceRequest {
  const { driver = '', capabilities = [], device_ids: ids, options = {}, count } = request;
  return { Driver: driver, Count: count ?? (ids?.length ? 0 : -1), DeviceIDs: ids ?? null, Capabilities: [capabilities], Options: options };
}

/** Devices named by the Container Device Interface, "vendor.com/class=name". */
function cdiRequests(service: Service): DeviceRequest[] {
  const ids = (service.devices ?? []).filter(({ source }) => !source.startsWith('/')).map(({ source }) => source);
  return ids.length ? [{ Driver: 'cdi', Count: 0, DeviceIDs: ids, Capabilities: null, Options: null }] : [];
}

function ulimits(values: Readonly<Record<string, UlimitValue>> | undefined): Resources['Ulimits'] {
  return Object.entries(values ?? {}).map(([Name, value]) =>
    typeof value === 'number' ? { Name, Soft: value, Hard: value } : { Name, Soft: value.soft, Hard: value.hard },
  );
}

function blkio(config: Service['blkio_config']): Partial<Resources> {
  if (!config) return {};
  const throttle = (devices: readonly { path: string; rate: string }[] | undefined): ThrottleDevice[] =>
    (devices ?? []).map(({ path, rate }) => ({ Path: path, Rate: Number(rate) }));
  return {
    ...(config.weight === undefined ? {} : { BlkioWeight: config.weight }),
    BlkioWeightDevice: (config.weight_device ?? []).map(({ path, weight }) => ({ Path: path, Weight: weight })),
    BlkioDeviceReadBps: throttle(config.device_read_bps),
    BlkioDeviceReadIOps: throttle(config.device_read_iops),
    BlkioDeviceWriteBps: throttle(config.device_write_bps),
    BlkioDeviceWriteIOps: throttle(config.device_write_iops),
  };
}
