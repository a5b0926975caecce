import type { HostConfig } from '../api/index.ts';
import { maskedPaths, readonlyPaths } from '../runtime/index.ts';

/** What depends on the engine and the host. */
export interface HostDefaults {
  readonly cgroupVersion: 1 | 2;
  readonly hostname: string;
  /** Docker's name of the default OCI runtime. */
  readonly runtime: string;
  readonly logDriver: string;
  readonly logOptions: Readonly<Record<string, string>>;
}

/** A client's HostConfig with every field that inspect shows. null counts as absent where the field has a default. */
export function completeHostConfig(given: Partial<HostConfig>, defaults: HostDefaults): HostConfig {
  const open = given.Privileged === true || given.SecurityOpt?.includes('systempaths=unconfined') === true;
  const filled = {
    ...emptyHostConfig(),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null)),
    LogConfig: given.LogConfig?.Type
      ? { Type: given.LogConfig.Type, Config: given.LogConfig.Config ?? {} }
      : { Type: defaults.logDriver, Config: { ...defaults.logOptions, ...given.LogConfig?.Config } },
    NetworkMode: !given.NetworkMode || given.NetworkMode === 'default' ? 'bridge' : given.NetworkMode,
    RestartPolicy: { Name: given.RestartPolicy?.Name || 'no', MaximumRetryCount: given.RestartPolicy?.MaximumRetryCount ?? 0 },
    CgroupnsMode: given.CgroupnsMode || (given.Privileged || defaults.cgroupVersion === 1 ? 'host' : 'private'),
    IpcMode: given.IpcMode || 'private',
    ShmSize: given.ShmSize || 64 << 20,
    Runtime: given.Runtime || defaults.runtime,
    Isolation: given.Isolation === 'default' ? '' : (given.Isolation ?? ''),
    MemorySwappiness: given.MemorySwappiness === -1 ? null : (given.MemorySwappiness ?? null),
    OomKillDisable: defaults.cgroupVersion === 1 ? (given.OomKillDisable ?? false) : null,
    MemorySwap: given.MemorySwap || (given.Memory ? given.Memory * 2 : 0),
    PidsLimit: given.PidsLimit && given.PidsLimit > 0 ? given.PidsLimit : null,
    MaskedPaths: given.MaskedPaths ?? (open ? null : maskedPaths),
    ReadonlyPaths: given.ReadonlyPaths ?? (open ? null : readonlyPaths),
  };
  return filled as HostConfig;
}

function emptyHostConfig(): Partial<HostConfig> {
  return {
    Binds: null,
    ContainerIDFile: '',
    LogConfig: { Type: '', Config: {} },
    NetworkMode: '',
    PortBindings: {},
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    AutoRemove: false,
    VolumeDriver: '',
    VolumesFrom: null,
    ConsoleSize: [0, 0],
    CapAdd: null,
    CapDrop: null,
    CgroupnsMode: '',
    Dns: [],
    DnsOptions: [],
    DnsSearch: [],
    ExtraHosts: null,
    GroupAdd: null,
    IpcMode: '',
    Cgroup: '',
    Links: null,
    OomScoreAdj: 0,
    PidMode: '',
    Privileged: false,
    PublishAllPorts: false,
    ReadonlyRootfs: false,
    SecurityOpt: null,
    UTSMode: '',
    UsernsMode: '',
    ShmSize: 0,
    Runtime: '',
    Isolation: '',
    CpuShares: 0,
    Memory: 0,
    NanoCpus: 0,
    CgroupParent: '',
    BlkioWeight: 0,
    BlkioWeightDevice: [],
    BlkioDeviceReadBps: [],
    BlkioDeviceWriteBps: [],
    BlkioDeviceReadIOps: [],
    BlkioDeviceWriteIOps: [],
    CpuPeriod: 0,
    CpuQuota: 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: '',
    CpusetMems: '',
    Devices: [],
    DeviceCgroupRules: null,
    DeviceRequests: null,
    MemoryReservation: 0,
    MemorySwap: 0,
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: null,
    Ulimits: [],
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
  };
}
