export { serviceHash, networkHash, volumeHash } from './hash.ts';
export { parseDotenv } from './dotenv.ts';
export { formatProject } from './format-project.ts';
export type { VariableUse } from './interpolate-text.ts';
export { type Files, systemFiles } from './load/files.ts';
export { loadProject, type LoadOptions } from './load/load-project.ts';
export { normalizeName } from './load/project-name.ts';
export { enableServices, noSuchService, type Reach, selectServices, withoutUnused } from './load/select-services.ts';
export { isRemoteContext } from './model/build.ts';
export { nearest } from './nearest.ts';
export { shellWords } from './shell-words.ts';
export { yamlText } from './yaml-text.ts';
export type {
  BuildConfig,
  Dependency,
  DependencyCondition,
  DeployConfig,
  DeviceRequestConfig,
  EndpointConfig,
  Environment,
  FileObjectConfig,
  FileReference,
  HealthcheckConfig,
  HookConfig,
  MountConfig,
  NetworkConfig,
  PortConfig,
  PreStartConfig,
  Project,
  ResourceConfig,
  Service,
  Texts,
  UlimitValue,
  UpdateConfig,
  VolumeConfig,
  WatchRule,
} from './types.ts';
export { formatDuration, parseBytes, parseDuration } from './units.ts';
