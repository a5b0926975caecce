import { EngineError } from '../../base/index.ts';
import { nearest } from '../nearest.ts';
import type { Project, Service } from '../types.ts';

/** Keeps the services that need no profile or whose profile is active ("*" is all). */
export function applyProfiles(services: Readonly<Record<string, Service>>, profiles: readonly string[]): Pick<Project, 'services' | 'disabledServices'> {
  const active = ({ profiles: own }: Service): boolean => !own?.length || profiles.includes('*') || own.some((profile) => profiles.includes(profile));
  const entries = Object.entries(services);
  return {
    services: Object.fromEntries(entries.filter(([, service]) => active(service))),
    disabledServices: Object.fromEntries(entries.filter(([, service]) => !active(service))),
  };
}

/** Enables services that are named although no active profile has them. */
export function enableServices(project: Project, names: readonly string[]): Project {
  const wanted = names.filter((name) => name in project.disabledServices);
  if (!wanted.length) return project;
  const services = { ...project.services };
  const disabledServices = { ...project.disabledServices };
  for (const name of wanted) {
    const service = disabledServices[name];
    if (service) services[name] = service;
    delete disabledServices[name];
  }
  return { ...project, services, disabledServices };
}

/** How far a selection reaches. */
export type Reach = 'dependencies' | 'dependents' | 'alone';

/** Keeps the named services and what the reach adds; all when none is named. NOT_FOUND for names that are no service. */
export function selectServices(project: Project, names: readonly string[], reach: Reach = 'dependencies'): Project {
  if (!names.length) return project;
  const selected = new Set<string>();
  const add = (name: string, required: boolean): void => {
    const service = project.services[name];
    if (!service) {
      if (required) throw noSuchService(project, name);
      return;
    }
    if (selected.has(name)) return;
    selected.add(name);
    if (reach === 'dependencies') for (const [next, dependency] of Object.entries(service.depends_on ?? {})) add(next, dependency.required);
    if (reach === 'dependents') for (const other of Object.values(project.services)) if (other.depends_on?.[name]) add(other.name, true);
  };
  for (const name of names) add(name, true);
  return withServices(project, Object.fromEntries(Object.entries(project.services).filter(([name]) => selected.has(name))));
}

/** "no such service: x", with the name that was probably meant. */
export function noSuchService(project: Project, name: string): EngineError {
  const near = nearest(name, [...Object.keys(project.services), ...Object.keys(project.disabledServices)]);
  return new EngineError('NOT_FOUND', `no such service: ${name}${near === undefined ? '' : `; did you mean "${near}"?`}`);
}

/** The project with other services; dependencies on services that are not among them are dropped. */
function withServices(project: Project, services: Readonly<Record<string, Service>>): Project {
  const kept = Object.entries(services).map(([name, service]) => [name, withDependencies(service, Object.keys(services))] as const);
  return { ...project, services: Object.fromEntries(kept) };
}

function withDependencies(service: Service, names: readonly string[]): Service {
  if (!service.depends_on) return service;
  const depends = Object.entries(service.depends_on).filter(([name]) => names.includes(name));
  return { ...service, depends_on: Object.fromEntries(depends) };
}

/** Leaves out networks, volumes, secrets and configs that no service uses. */
export function withoutUnused(project: Project): Project {
  const services = Object.values(project.services);
  const used = (names: (service: Service) => readonly (string | undefined)[]): Set<string | undefined> => new Set(services.flatMap(names));
  const networks = used((service) => Object.keys(service.networks ?? {}));
  const volumes = used((service) => (service.volumes ?? []).filter(({ type }) => type === 'volume').map(({ source }) => source));
  const secrets = used((service) => [...(service.secrets ?? []), ...(service.build?.secrets ?? [])].map(({ source }) => source));
  const configs = used((service) => (service.configs ?? []).map(({ source }) => source));
  return {
    ...project,
    networks: pick(project.networks, networks),
    volumes: pick(project.volumes, volumes),
    secrets: pick(project.secrets, secrets),
    configs: pick(project.configs, configs),
  };
}

function pick<T>(record: Readonly<Record<string, T>>, names: ReadonlySet<string | undefined>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name)));
}
