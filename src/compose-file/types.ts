import type { MapTree } from './tree.ts';

/** NAME → value; null is a name without a value. */
export type Environment = Readonly<Record<string, string | null>>;
/** name → text. */
export type Texts = Readonly<Record<string, string>>;

/** Where a config or secret appears in a container; `mode` is octal text, "0440". */
export interface FileReference {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly mode?: string;
}

/** A resource limit: one number for both, or two. */
export type UlimitValue = number | { readonly soft: number; readonly hard: number };

/** How an image is built. `context` is an absolute path or a URL. */
export interface BuildConfig {
  readonly context: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly entitlements?: readonly string[];
  readonly args?: Environment;
  readonly provenance?: string;
  readonly sbom?: string;
  readonly ssh?: readonly string[];
  readonly labels?: Texts;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  readonly no_cache?: boolean;
  readonly no_cache_filter?: readonly string[];
  readonly additional_contexts?: Texts;
  readonly pull?: boolean;
  readonly extra_hosts?: readonly string[];
  readonly isolation?: string;
  readonly network?: string;
  readonly target?: string;
  readonly secrets?: readonly FileReference[];
  readonly shm_size?: string;
  readonly tags?: readonly string[];
  readonly ulimits?: Readonly<Record<string, UlimitValue>>;
  readonly platforms?: readonly string[];
  readonly privileged?: boolean;
}

/** One published port. `published` may be a range, from which the engine picks. */
export interface PortConfig {
  readonly name?: string;
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target: number;
  readonly published?: string;
  readonly protocol: string;
  readonly app_protocol?: string;
}

/** One mount; sizes are bytes as text. */
export interface MountConfig {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'image' | 'npipe' | 'cluster';
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: { readonly selinux?: string; readonly propagation?: string; readonly create_host_path?: boolean; readonly recursive?: string };
  readonly volume?: { readonly labels?: Texts; readonly nocopy?: boolean; readonly subpath?: string };
  readonly tmpfs?: { readonly size?: string; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
}

/** Conditions of a dependency. */
export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** What a service waits for. */
export interface Dependency {
  readonly condition: DependencyCondition;
  readonly restart?: boolean;
  readonly required: boolean;
}

/** A service's place in a network. */
export interface EndpointConfig {
  readonly aliases?: readonly string[];
  readonly driver_opts?: Texts;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
}

/** A health check; durations are Go text, "1m30s". */
export interface HealthcheckConfig {
  readonly test?: readonly string[];
  readonly timeout?: string;
  readonly interval?: string;
  readonly retries?: number;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly disable?: boolean;
}

/** A request for devices. `count` -1 is all. */
export interface DeviceRequestConfig {
  readonly capabilities?: readonly string[];
  readonly driver?: string;
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly options?: Texts;
}

/** Limits or reservations; memory is bytes as text. */
export interface ResourceConfig {
  readonly cpus?: number;
  readonly memory?: string;
  readonly pids?: number;
  readonly devices?: readonly DeviceRequestConfig[];
  readonly generic_resources?: readonly unknown[];
}

/** How containers are replaced. */
export interface UpdateConfig {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: 'start-first' | 'stop-first';
}

/** How many containers, with which limits. */
export interface DeployConfig {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: Texts;
  readonly update_config?: UpdateConfig;
  readonly rollback_config?: UpdateConfig;
  readonly resources?: { readonly limits?: ResourceConfig; readonly reservations?: ResourceConfig };
  readonly restart_policy?: { readonly condition?: string; readonly delay?: string; readonly max_attempts?: number; readonly window?: string };
  readonly placement?: unknown;
  readonly endpoint_mode?: string;
}

/** A command at a moment of a container's life. */
export interface HookConfig {
  readonly command: readonly string[];
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: Environment;
}

/** A command in a container of its own, before the service starts. */
export interface PreStartConfig extends Partial<HookConfig> {
  readonly image?: string;
  readonly per_replica?: boolean;
}

/** What a change below `path` does. */
export interface WatchRule {
  readonly path: string;
  readonly action: 'rebuild' | 'sync' | 'restart' | 'sync+restart' | 'sync+exec';
  readonly target?: string;
  readonly exec?: HookConfig;
  readonly include?: readonly string[];
  readonly ignore?: readonly string[];
  readonly initial_sync?: boolean;
}

/** Limits of one block device. */
export interface ThrottleConfig {
  readonly path: string;
  readonly rate: string;
}

/** A service with its attributes in their long forms, named as the Compose specification names them. */
export interface Service {
  readonly name: string;
  readonly profiles?: readonly string[];
  readonly annotations?: Texts;
  readonly attach?: boolean;
  readonly build?: BuildConfig;
  readonly develop?: { readonly watch?: readonly WatchRule[] };
  readonly blkio_config?: {
    readonly weight?: number;
    readonly weight_device?: readonly { readonly path: string; readonly weight: number }[];
    readonly device_read_bps?: readonly ThrottleConfig[];
    readonly device_read_iops?: readonly ThrottleConfig[];
    readonly device_write_bps?: readonly ThrottleConfig[];
    readonly device_write_iops?: readonly ThrottleConfig[];
  };
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup_parent?: string;
  readonly cgroup?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly cpu_shares?: number;
  readonly command?: readonly string[];
  readonly configs?: readonly FileReference[];
  readonly container_name?: string;
  readonly credential_spec?: unknown;
  readonly depends_on?: Readonly<Record<string, Dependency>>;
  readonly deploy?: DeployConfig;
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly { readonly source: string; readonly target: string; readonly permissions: string }[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  readonly entrypoint?: readonly string[];
  readonly provider?: { readonly type: string; readonly options?: Readonly<Record<string, readonly string[]>> };
  readonly environment?: Environment;
  readonly env_file?: readonly { readonly path: string; readonly required: boolean; readonly format?: string }[];
  readonly expose?: readonly string[];
  readonly external_links?: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly group_add?: readonly string[];
  readonly gpus?: readonly DeviceRequestConfig[];
  readonly hostname?: string;
  readonly healthcheck?: HealthcheckConfig;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  readonly labels?: Texts;
  readonly label_file?: readonly string[];
  readonly links?: readonly string[];
  readonly logging?: { readonly driver?: string; readonly options?: Texts };
  readonly mem_limit?: string;
  readonly mem_reservation?: string;
  readonly memswap_limit?: string;
  readonly mem_swappiness?: string;
  readonly mac_address?: string;
  readonly models?: Readonly<Record<string, unknown>>;
  readonly network_mode?: string;
  readonly networks?: Readonly<Record<string, EndpointConfig | null>>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: readonly PortConfig[];
  readonly privileged?: boolean;
  readonly pull_policy?: string;
  readonly pull_refresh_after?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: readonly FileReference[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: string;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly storage_opt?: Texts;
  readonly sysctls?: Texts;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: Readonly<Record<string, UlimitValue>>;
  readonly use_api_socket?: boolean;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volumes?: readonly MountConfig[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
  readonly pre_start?: readonly PreStartConfig[];
  readonly post_start?: readonly HookConfig[];
  readonly pre_stop?: readonly HookConfig[];
}

/** A network that the project declares. `name` is the engine's name of it. */
export interface NetworkConfig {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Texts;
  readonly ipam?: {
    readonly driver?: string;
    readonly config?: readonly { readonly subnet?: string; readonly gateway?: string; readonly ip_range?: string; readonly aux_addresses?: Texts }[];
    readonly options?: Texts;
  };
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: Texts;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
}

/** A volume that the project declares. */
export interface VolumeConfig {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Texts;
  readonly external?: boolean;
  readonly labels?: Texts;
}

/** A config or secret that the project declares: its content comes from a file, a variable or the Compose file itself. */
export interface FileObjectConfig {
  readonly name: string;
  readonly file?: string;
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: Texts;
  readonly driver?: string;
  readonly driver_opts?: Texts;
  readonly template_driver?: string;
}

/** A loaded project. */
export interface Project {
  readonly name: string;
  /** Absolute. */
  readonly workingDir: string;
  /** Absolute paths of the files it was loaded from. */
  readonly composeFiles: readonly string[];
  /** Absolute paths of env files that were read for variables. */
  readonly envFiles: readonly string[];
  /** Variables that the files may use. */
  readonly environment: Texts;
  readonly services: Readonly<Record<string, Service>>;
  /** Services that no active profile asks for. */
  readonly disabledServices: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, NetworkConfig>>;
  readonly volumes: Readonly<Record<string, VolumeConfig>>;
  readonly secrets: Readonly<Record<string, FileObjectConfig>>;
  readonly configs: Readonly<Record<string, FileObjectConfig>>;
  readonly models: Readonly<Record<string, unknown>>;
  /** x-… attributes of the top level. */
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly profiles: readonly string[];
  /** The merged files, with the place of everything; for messages. */
  readonly source: MapTree;
}
