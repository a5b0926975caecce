import type { Mount } from './mount.ts';
import type { PortMap } from './port.ts';

/** `Name` is '', 'no', 'always', 'unless-stopped', 'on-failure', or Slipway's own 'on-unhealthy' (restarts on failure and on bad health). */
export interface RestartPolicy {
  readonly Name: '' | 'no' | 'always' | 'unless-stopped' | 'on-failure' | 'on-unhealthy';
  /** 0 is without limit; only for 'on-failure' and 'on-unhealthy'. */
  readonly MaximumRetryCount: number;
}

/** "json-file", "local" or "none" with their options: {"max-size": "20m", "max-file": "5"}. */
export interface LogConfig {
  readonly Type: string;
  readonly Config: Readonly<Record<string, string>>;
}

/** A device of the host, given to the container; permissions are a subset of "rwm". */
export interface DeviceMapping {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

/** A request for devices by capability, as `--gpus` sends it. */
export interface DeviceRequest {
  readonly Driver: string;
  readonly Count: number;
  readonly DeviceIDs: readonly string[] | null;
  readonly Capabilities: readonly (readonly string[])[] | null;
  readonly Options: Readonly<Record<string, string>> | null;
}

/** A limit in bytes or operations per second of one block device. */
export interface ThrottleDevice {
  readonly Path: string;
  readonly Rate: number;
}

/** A block device and its share of I/O, 10–1000. */
export interface WeightDevice {
  readonly Path: string;
  readonly Weight: number;
}

/** A resource limit of setrlimit(2): "nofile", "nproc", …; -1 is unlimited. */
export interface Ulimit {
  readonly Name: string;
  readonly Hard: number;
  readonly Soft: number;
}

/** The limits that `update` may change in a running container. Bytes; 0 means no limit unless said otherwise. */
export interface Resources {
  readonly CpuShares: number;
  readonly Memory: number;
  /** CPUs × 10⁹. */
  readonly NanoCpus: number;
  readonly CgroupParent: string;
  readonly BlkioWeight: number;
  readonly BlkioWeightDevice: readonly WeightDevice[] | null;
  readonly BlkioDeviceReadBps: readonly ThrottleDevice[] | null;
  readonly BlkioDeviceWriteBps: readonly ThrottleDevice[] | null;
  readonly BlkioDeviceReadIOps: readonly ThrottleDevice[] | null;
  readonly BlkioDeviceWriteIOps: readonly ThrottleDevice[] | null;
  readonly CpuPeriod: number;
  readonly CpuQuota: number;
  readonly CpuRealtimePeriod: number;
  readonly CpuRealtimeRuntime: number;
  readonly CpusetCpus: string;
  readonly CpusetMems: string;
  readonly Devices: readonly DeviceMapping[] | null;
  readonly DeviceCgroupRules: readonly string[] | null;
  readonly DeviceRequests: readonly DeviceRequest[] | null;
  /** Only answered up to API 1.51 on request of old clients; never enforced. */
  readonly KernelMemoryTCP?: number;
  readonly MemoryReservation: number;
  /** Memory plus swap; -1 is unlimited swap, 0 twice the memory. */
  readonly MemorySwap: number;
  /** 0–100; -1 or null leaves the kernel's. */
  readonly MemorySwappiness: number | null;
  readonly OomKillDisable: boolean | null;
  /** null, 0 and -1: no limit. */
  readonly PidsLimit: number | null;
  readonly Ulimits: readonly Ulimit[] | null;
  readonly CpuCount: number;
  readonly CpuPercent: number;
  readonly IOMaximumIOps: number;
  readonly IOMaximumBandwidth: number;
}

/** How the host runs a container. Inspect answers every field; a create request may leave any of them out. */
export interface HostConfig extends Resources {
  /** "source:target[:options]", source a host path or a volume's name. */
  readonly Binds: readonly string[] | null;
  readonly ContainerIDFile: string;
  readonly LogConfig: LogConfig;
  /** 'default', 'bridge', 'host', 'none', 'container:ID' or the name or id of a network. */
  readonly NetworkMode: string;
  readonly PortBindings: PortMap;
  readonly RestartPolicy: RestartPolicy;
  readonly AutoRemove: boolean;
  readonly VolumeDriver: string;
  /** "container[:ro|rw]". */
  readonly VolumesFrom: readonly string[] | null;
  /** [height, width] of the first terminal. */
  readonly ConsoleSize: readonly [number, number];
  readonly Annotations?: Readonly<Record<string, string>>;
  readonly CapAdd: readonly string[] | null;
  readonly CapDrop: readonly string[] | null;
  /** 'host', 'private' or '' for the engine's default. */
  readonly CgroupnsMode: string;
  readonly Dns: readonly string[];
  readonly DnsOptions: readonly string[];
  readonly DnsSearch: readonly string[];
  /** "name:address"; the address may be `host-gateway`. */
  readonly ExtraHosts: readonly string[] | null;
  readonly GroupAdd: readonly string[] | null;
  /** 'none', 'private', 'shareable', 'host', 'container:ID' or ''. */
  readonly IpcMode: string;
  readonly Cgroup: string;
  /** "container:alias". */
  readonly Links: readonly string[] | null;
  readonly OomScoreAdj: number;
  /** 'host', 'container:ID' or ''. */
  readonly PidMode: string;
  readonly Privileged: boolean;
  readonly PublishAllPorts: boolean;
  readonly ReadonlyRootfs: boolean;
  readonly SecurityOpt: readonly string[] | null;
  readonly StorageOpt?: Readonly<Record<string, string>>;
  /** Path in the container → mount options: {"/run": "rw,noexec,size=65536k"}. */
  readonly Tmpfs?: Readonly<Record<string, string>>;
  readonly UTSMode: string;
  readonly UsernsMode: string;
  readonly ShmSize: number;
  readonly Sysctls?: Readonly<Record<string, string>>;
  readonly Runtime: string;
  readonly Isolation: string;
  readonly Mounts?: readonly Mount[];
  /** null takes the engine's default list; [] masks nothing. */
  readonly MaskedPaths: readonly string[] | null;
  readonly ReadonlyPaths: readonly string[] | null;
  readonly Init?: boolean;
  /** Slipway's own: what becomes of a container whose health check gave up. 'restart' restarts whatever the restart policy says, 'kill' leaves that to the policy. */
  readonly HealthOnFailure?: 'none' | 'kill' | 'restart' | 'stop';
}
