import type { Project, Service } from '../compose-file/index.ts';

/** "project-service-1", or what the service says. COMPOSE_COMPATIBILITY joins with "_", as Compose v1 did. */
export function containerName(project: Pick<Project, 'name'>, service: Pick<Service, 'name' | 'container_name'>, number: number, separator = '-'): string {
  return service.container_name ?? [project.name, service.name, String(number)].join(separator);
}

/** The image of a service: the one it names, or the one that its build makes. */
export function imageName(project: Pick<Project, 'name'>, service: Pick<Service, 'name' | 'image'>, separator = '-'): string {
  return service.image ?? [project.name, service.name].join(separator);
}

/** How many containers a service has. */
export function scaleOf(service: Service): number {
  return service.scale ?? (service.deploy?.mode === 'global' ? 1 : (service.deploy?.replicas ?? 1));
}
