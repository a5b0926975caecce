export { decodeAuthHeader, encodeAuthHeader } from './auth.ts';
export type { AuthConfig, AuthResponse } from './auth.ts';
export { BUILD_PARTS, decodeBuildParts, encodeBuildParts } from './build-body.ts';
export type { BuildPart } from './build-body.ts';
export { CONTEXT_NEEDED } from './build-listing.ts';
export type { ContextListing, ListedFile } from './build-listing.ts';
export { BUILD_EVENT_ID } from './build-event.ts';
export type {
  BuildCheckResult,
  BuildErrorEvent,
  BuildEvent,
  BuildLogEvent,
  BuildMissEvent,
  BuildStatusEvent,
  BuildVertexEvent,
  BuildWarning,
  BuildWarningEvent,
} from './build-event.ts';
export type { ContainerConfig, HealthConfig } from './container-config.ts';
export type {
  ContainerCreateBody,
  ContainerCreateResponse,
  ContainerExit,
  ContainerInspect,
  ContainersPruned,
  ContainerState,
  ContainerStatus,
  ContainerSummary,
  ContainerTop,
  ContainerUpdateBody,
  ContainerWaitResponse,
  FilesystemChange,
  Health,
  HealthcheckResult,
  HealthStatus,
  PathStat,
  WaitCondition,
} from './container.ts';
export { errorMessage } from './error-body.ts';
export type { ErrorBody } from './error-body.ts';
export type { EventMessage, EventType } from './events.ts';
export type { ExecCreateBody, ExecInspect, ExecStartBody } from './exec.ts';
export { checkFilters, formatFilters, matchesFilter, matchesLabels, parseFilters } from './filters.ts';
export type { Filters } from './filters.ts';
export type { DeviceMapping, DeviceRequest, HostConfig, LogConfig, Resources, RestartPolicy, ThrottleDevice, Ulimit, WeightDevice } from './host-config.ts';
export type {
  DistributionInspect,
  ImageConfig,
  ImageDeleteItem,
  ImageHistoryItem,
  ImageInspect,
  ImageSearchItem,
  ImagesPruned,
  ImageSummary,
  OciPlatform,
} from './image.ts';
export type { Mount, MountPoint, MountType, Propagation } from './mount.ts';
export type {
  Address,
  EndpointIpamConfig,
  EndpointSettings,
  Ipam,
  IpamConfig,
  NetworkConnectBody,
  NetworkContainer,
  NetworkCreateBody,
  NetworkCreateResponse,
  NetworkDisconnectBody,
  NetworkInspect,
  NetworkSettings,
  NetworksPruned,
} from './network.ts';
export type { Port, PortBinding, PortMap } from './port.ts';
export type { ProgressMessage } from './progress.ts';
export type { BlkioEntry, BlkioStats, ContainerStats, CpuStats, MemoryStats, NetworkStats } from './stats.ts';
export { decodeFrames, encodeFrame, FrameDecoder, MULTIPLEXED_STREAM, RAW_STREAM, STDERR, STDIN, STDOUT, SYSTEM_ERROR } from './stream-frame.ts';
export type { StreamFrame, StreamType } from './stream-frame.ts';
export type { BuildCachePruned, BuildCacheRecord, DiskUsage, IndexInfo, SystemInfo, SystemVersion } from './system.ts';
export { API_VERSION, atLeast, compareVersions, MIN_API_VERSION, negotiateVersion } from './version.ts';
export type { Volume, VolumeCreateBody, VolumeList, VolumesPruned } from './volume.ts';
