import type { ContainerCreateBody, HostConfig, MountPoint } from '../../api/index.ts';
import { type Project, type Service, serviceHash } from '../../compose-file/index.ts';
import { composeVersion, label } from '../labels.ts';
import { environmentList } from './environment.ts';
import { type FileObjects, fileObjects, filesHash } from './file-objects.ts';
import { healthConfig } from './healthcheck.ts';
import { serviceMounts } from './mounts.ts';
import { networking } from './networking.ts';
import { type ContainerOf, resolveReferences } from './references.ts';
import { exposedPorts, portBindings } from './ports.ts';
import { compact, resources, restartPolicy, stopTimeout } from './resources.ts';
import { securityOptions } from './security.ts';

/** What a container is, besides what its service says. */
export interface ContainerOptions {
  readonly name: string;
  readonly number: number;
  readonly image: string;
  readonly imageId: string | undefined;
  /** The engine's id of the container of a service, for shared namespaces, links and volumes. */
  readonly containerOf: ContainerOf;
  /** Mounts of the container that this one replaces. */
  readonly inherited?: readonly MountPoint[];
  readonly replaces?: string | undefined;
  /** Proxy variables of the user's configuration. */
  readonly proxies?: Readonly<Record<string, string>>;
  readonly oneOff?: { readonly slug: string; readonly useAliases: boolean; readonly autoRemove: boolean; readonly attachStdin: boolean } | undefined;
}

/** The request that creates a container, and the files that are copied into it before it starts. */
export interface ContainerRequest {
  readonly body: ContainerCreateBody;
  readonly files: FileObjects['injected'];
}

/** One container of a service as the engine is asked for it. Pure but for the files of configs, secrets and profiles. */
export function containerRequest(declared: Service, project: Project, options: ContainerOptions): ContainerRequest {
  const service = resolveReferences(declared, options.containerOf);
  const files = fileObjects(service, project);
  const links = serviceLinks(service, options.containerOf);
  const network = networking(service, project, { name: options.name, links, useAliases: options.oneOff?.useAliases ?? true });
  const timeout = stopTimeout(service);
  const body = compact({
    Hostname: service.hostname,
    Domainname: service.domainname,
    User: service.user,
    AttachStdin: options.oneOff?.attachStdin ?? false,
    AttachStdout: true,
    AttachStderr: true,
    Tty: service.tty ?? false,
    OpenStdin: service.stdin_open ?? false,
    StdinOnce: options.oneOff?.attachStdin === true && service.stdin_open === true,
    Env: environmentList(service.environment, options.proxies),
    Healthcheck: healthConfig(service.healthcheck),
    Image: options.image,
    WorkingDir: service.working_dir,
    NetworkDisabled: service.network_mode === 'disabled' ? true : undefined,
    Labels: containerLabels(service, project, options, files),
    StopSignal: service.stop_signal,
    StopTimeout: timeout,
    ExposedPorts: exposedPorts(service),
    HostConfig: hostConfig(service, project, options, files, network.mode),
    NetworkingConfig: { EndpointsConfig: network.endpoints },
  });
  // An empty list takes the image's away, which is not the same as saying nothing.
  const words = { ...(service.command ? { Cmd: service.command } : {}), ...(service.entrypoint ? { Entrypoint: service.entrypoint } : {}) };
  return { body: { ...body, ...words }, files: files.injected };
}

/** The labels of a container. */
export function containerLabels(service: Service, project: Project, options: ContainerOptions, files: FileObjects): Record<string, string> {
  const { oneOff } = options;
  const envFile = project.envFiles.join(',');
  return {
    ...service.labels,
    [label.project]: project.name,
    [label.service]: service.name,
    [label.number]: String(options.number),
    [label.oneOff]: oneOff ? 'True' : 'False',
    [label.configHash]: serviceHash(service),
    [label.dependsOn]: dependsOnLabel(service),
    [label.workingDir]: project.workingDir,
    [label.configFiles]: project.composeFiles.join(','),
    [label.version]: composeVersion,
    ...(envFile ? { [label.environmentFile]: envFile } : {}),
    ...(options.imageId === undefined ? {} : { [label.image]: options.imageId }),
    ...(oneOff ? { [label.slug]: oneOff.slug } : {}),
    ...(options.replaces === undefined ? {} : { [label.replace]: options.replaces }),
    ...(files.injected.length ? { [label.filesHash]: filesHash(files.injected) } : {}),
    ...(files.volumes.length ? { [label.filesVolumes]: files.volumes.join(',') } : {}),
  };
}

/** "db:service_healthy:false,…": from it `down` and `stop` know the order without the files. */
export function dependsOnLabel(service: Service): string {
  return Object.entries(service.depends_on ?? {})
    .map(([name, { condition, restart }]) => `${name}:${condition}:${restart === true}`)
    .join(',');
}

function hostConfig(service: Service, project: Project, options: ContainerOptions, files: FileObjects, networkMode: string): Partial<HostConfig> {
  const anonymous = files.volumes.map((target) => ({ type: 'volume', target, volume: {} }) as const);
  const { binds, mounts } = serviceMounts(service, project, [...files.mounts, ...anonymous], options.inherited);
  return compact({
    AutoRemove: options.oneOff?.autoRemove ?? false,
    Annotations: service.annotations,
    Binds: binds,
    Mounts: mounts,
    CapAdd: service.cap_add,
    CapDrop: service.cap_drop,
    NetworkMode: networkMode,
    Init: service.init,
    IpcMode: service.ipc,
    PidMode: service.pid,
    UTSMode: service.uts,
    UsernsMode: service.userns_mode,
    CgroupnsMode: service.cgroup,
    ReadonlyRootfs: service.read_only,
    RestartPolicy: restartPolicy(service),
    ShmSize: service.shm_size === undefined ? undefined : Number(service.shm_size),
    Sysctls: service.sysctls,
    PortBindings: portBindings(service),
    VolumesFrom: service.volumes_from?.map((source) => source.replace(/^container:/, '')),
    Dns: service.dns,
    DnsSearch: service.dns_search,
    DnsOptions: service.dns_opt,
    ExtraHosts: (service.extra_hosts ?? []).map((host) => host.replace('=', ':')),
    SecurityOpt: securityOptions(service.security_opt, project.workingDir),
    StorageOpt: service.storage_opt,
    Privileged: service.privileged,
    Tmpfs: tmpfs(service),
    Isolation: service.isolation,
    Runtime: service.runtime,
    LogConfig: service.logging ? { Type: service.logging.driver ?? '', Config: service.logging.options ?? {} } : undefined,
    GroupAdd: service.group_add,
    OomScoreAdj: service.oom_score_adj,
    ...resources(service),
  }) as Partial<HostConfig>;
}

function tmpfs(service: Service): Record<string, string> | undefined {
  if (!service.tmpfs?.length) return undefined;
  return Object.fromEntries(
    service.tmpfs.map((text) => {
      const colon = text.indexOf(':');
      return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
    }),
  );
}

function serviceLinks(service: Service, containerOf: ContainerOf): string[] {
  const own = (service.links ?? []).flatMap((link) => {
    const [name = '', alias = name] = link.split(':');
    const id = containerOf(name);
    return id === undefined ? [] : [`${id}:${alias}`];
  });
  const external = (service.external_links ?? []).map((link) => (link.includes(':') ? link : `${link}:${link}`));
  return [...own, ...external];
}
