import type { BuildConfig, Dependency, FileObjectConfig, NetworkConfig, Service, VolumeConfig } from '../types.ts';

/** Services and resources as they were decoded: names and defaults are still missing. */
export interface Declared {
  readonly services: Readonly<Record<string, Omit<Service, 'name'>>>;
  readonly networks: Readonly<Record<string, Partial<NetworkConfig> | null>>;
  readonly volumes: Readonly<Record<string, Partial<VolumeConfig> | null>>;
  readonly secrets: Readonly<Record<string, Partial<FileObjectConfig> | null>>;
  readonly configs: Readonly<Record<string, Partial<FileObjectConfig> | null>>;
}

/** The same with names and defaults filled in. */
export interface Normalized {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, NetworkConfig>>;
  readonly volumes: Readonly<Record<string, VolumeConfig>>;
  readonly secrets: Readonly<Record<string, FileObjectConfig>>;
  readonly configs: Readonly<Record<string, FileObjectConfig>>;
}

/** Only the names of services are filled in; all else stays as it was written. */
export function asDeclared(declared: Declared): Normalized {
  const plain = <T>(resources: Readonly<Record<string, T | null>>): Record<string, T> => mapValues(resources, (resource) => resource ?? ({} as T));
  const { networks, volumes, secrets, configs } = declared;
  return {
    services: mapValues(declared.services, (service, name) => ({ ...service, name })),
    networks: plain(networks) as Normalized['networks'],
    volumes: plain(volumes) as Normalized['volumes'],
    secrets: plain(secrets) as Normalized['secrets'],
    configs: plain(configs) as Normalized['configs'],
  };
}

/** Fills in what files may leave out: the default network, names of resources, build defaults, dependencies that other attributes imply. */
export function normalize(declared: Declared, projectName: string, workingDir: string): Normalized {
  const services = mapValues(declared.services, (service, name) => normalizeService({ ...service, name }, workingDir));
  const usesDefault = Object.values(services).some(({ networks }) => networks !== undefined && 'default' in networks);
  const networks = usesDefault && !declared.networks['default'] ? { ...declared.networks, default: declared.networks['default'] ?? {} } : declared.networks;
  return {
    services,
    networks: named(networks, projectName),
    volumes: named(declared.volumes, projectName),
    secrets: named(declared.secrets, projectName),
    configs: named(declared.configs, projectName),
  };
}

function named<T extends { readonly name?: string; readonly external?: boolean }>(
  resources: Readonly<Record<string, T | null>>,
  projectName: string,
): Record<string, T & { readonly name: string }> {
  return mapValues(resources, (resource, key) => {
    const given = resource ?? ({} as T);
    return { ...given, name: given.name ?? (given.external === true ? key : `${projectName}_${key}`) };
  });
}

function normalizeService(service: Service, workingDir: string): Service {
  const networks = service.networks ?? (service.network_mode === undefined && !service.provider ? { default: null } : undefined);
  const depends = { ...impliedDependencies(service), ...service.depends_on };
  return {
    ...service,
    ...(networks && Object.keys(networks).length
      ? { networks }
      : service.network_mode === undefined && !service.provider
        ? { networks: { default: null } }
        : {}),
    ...(service.build ? { build: normalizeBuild(service.build, workingDir) } : {}),
    ...(service.pull_policy === 'if_not_present' ? { pull_policy: 'missing' } : {}),
    ...(Object.keys(depends).length ? { depends_on: depends } : {}),
  };
}

function normalizeBuild(build: Partial<BuildConfig>, workingDir: string): BuildConfig {
  const dockerfile = build.dockerfile_inline === undefined ? { dockerfile: build.dockerfile ?? 'Dockerfile' } : {};
  return { ...build, context: build.context ?? workingDir, ...dockerfile };
}

/** Sharing another service's namespaces, volumes or links needs that service first. */
function impliedDependencies(service: Service): Record<string, Dependency> {
  const implied: Record<string, Dependency> = {};
  const need = (name: string | undefined, restart: boolean): void => {
    if (name) implied[name] ??= { condition: 'service_started', ...(restart ? { restart } : {}), required: true };
  };
  for (const link of service.links ?? []) need(link.split(':')[0], true);
  for (const mode of [service.network_mode, service.ipc, service.pid, service.uts, service.cgroup]) need(/^service:(.+)$/.exec(mode ?? '')?.[1], true);
  for (const source of service.volumes_from ?? []) if (!source.startsWith('container:')) need(source.split(':')[0], false);
  return implied;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
