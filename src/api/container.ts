import type { ContainerConfig } from './container-config.ts';
import type { HostConfig, Resources, RestartPolicy } from './host-config.ts';
import type { OciPlatform } from './image.ts';
import type { MountPoint } from './mount.ts';
import type { EndpointSettings, NetworkSettings } from './network.ts';
import type { Port } from './port.ts';

/** The seven states of a container, as `State.Status` names them. */
export type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** 'none' is answered by list only; inspect leaves `Health` out when there is no check. */
export type HealthStatus = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** One run of the health check; output is cut at 4096 bytes. */
export interface HealthcheckResult {
  readonly Start: string;
  readonly End: string;
  readonly ExitCode: number;
  readonly Output: string;
}

/** Present health and the last five checks. */
export interface Health {
  readonly Status: HealthStatus;
  readonly FailingStreak: number;
  readonly Log: readonly HealthcheckResult[];
}

/** How a container ended once; Slipway keeps the last ten for `slipway why`. */
export interface ContainerExit {
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly Error: string;
  /** What ended it, where the engine knows: 'stop', 'kill SIGTERM', 'restart', 'unhealthy', or '' when it ended by itself. */
  readonly Cause: string;
}

/** Times are RFC 3339 with nanoseconds; "0001-01-01T00:00:00Z" is never. */
export interface ContainerState {
  readonly Status: ContainerStatus;
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Restarting: boolean;
  readonly OOMKilled: boolean;
  readonly Dead: boolean;
  readonly Pid: number;
  readonly ExitCode: number;
  readonly Error: string;
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly Health?: Health;
  /** Slipway's own: earlier ends, oldest first. Absent from real Docker. */
  readonly Exits?: readonly ContainerExit[];
}

/** The answer of `GET /containers/{id}/json`. */
export interface ContainerInspect {
  readonly Id: string;
  readonly Created: string;
  readonly Path: string;
  readonly Args: readonly string[];
  readonly State: ContainerState;
  /** "sha256:<hex>". */
  readonly Image: string;
  readonly ResolvConfPath: string;
  readonly HostnamePath: string;
  readonly HostsPath: string;
  readonly LogPath: string;
  /** With the leading slash: "/web". */
  readonly Name: string;
  readonly RestartCount: number;
  readonly Driver: string;
  readonly Platform: string;
  readonly ImageManifestDescriptor?: { readonly mediaType: string; readonly digest: string; readonly size: number; readonly platform?: OciPlatform };
  readonly MountLabel: string;
  readonly ProcessLabel: string;
  readonly AppArmorProfile: string;
  readonly ExecIDs: readonly string[] | null;
  readonly HostConfig: HostConfig;
  readonly GraphDriver: { readonly Name: string; readonly Data: Readonly<Record<string, string>> | null };
  readonly SizeRw?: number;
  readonly SizeRootFs?: number;
  readonly Mounts: readonly MountPoint[];
  readonly Config: ContainerConfig;
  readonly NetworkSettings: NetworkSettings;
}

/** One element of `GET /containers/json`. */
export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly ImageManifestDescriptor?: ContainerInspect['ImageManifestDescriptor'];
  readonly Command: string;
  /** Seconds since 1970. */
  readonly Created: number;
  readonly Ports: readonly Port[];
  readonly SizeRw?: number;
  readonly SizeRootFs?: number;
  readonly Labels: Readonly<Record<string, string>>;
  readonly State: ContainerStatus;
  /** "Up 3 minutes (healthy)". */
  readonly Status: string;
  readonly HostConfig: { readonly NetworkMode: string; readonly Annotations?: Readonly<Record<string, string>> };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, EndpointSettings>> };
  readonly Mounts: readonly MountPoint[];
}

/** The body of `POST /containers/create`: the config at the top, the rest beside it. */
export type ContainerCreateBody = Partial<ContainerConfig> & {
  readonly HostConfig?: Partial<HostConfig>;
  readonly NetworkingConfig?: { readonly EndpointsConfig?: Readonly<Record<string, Partial<EndpointSettings> | null>> | null };
};

/** The answer to create; warnings are sentences for the user. */
export interface ContainerCreateResponse {
  readonly Id: string;
  readonly Warnings: readonly string[];
}

/** The body of `POST /containers/{id}/update`: only what is given changes. */
export type ContainerUpdateBody = Partial<Resources> & { readonly RestartPolicy?: RestartPolicy };

/** Sent when the awaited condition holds. */
export interface ContainerWaitResponse {
  readonly StatusCode: number;
  readonly Error?: { readonly Message: string };
}

/** The condition of wait; absent is 'not-running'. */
export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

/** The answer of top: ps's columns and one row per process. */
export interface ContainerTop {
  readonly Titles: readonly string[];
  readonly Processes: readonly (readonly string[])[];
}

/** A change of the file system against the image; Kind 0 modified, 1 added, 2 deleted. */
export interface FilesystemChange {
  readonly Path: string;
  readonly Kind: 0 | 1 | 2;
}

/** What prune removed. */
export interface ContainersPruned {
  readonly ContainersDeleted: readonly string[] | null;
  readonly SpaceReclaimed: number;
}

/** The base64 JSON of the header `X-Docker-Container-Path-Stat`. `mode` holds Go's FileMode bits. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: string;
  readonly linkTarget: string;
}
