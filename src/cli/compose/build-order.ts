import type { Project, Service } from '../../compose-file/index.ts';

/** Services with a build, each after those whose images it is built from (`additional_contexts: service:NAME`), which are added. */
export function buildOrder(project: Project, services: readonly Service[]): Service[] {
  const order: Service[] = [];
  const visit = (service: Service | undefined): void => {
    if (!service?.build || order.includes(service)) return;
    for (const place of Object.values(service.build.additional_contexts ?? {})) {
      const other = /^service:(.+)$/.exec(place)?.[1];
      if (other !== undefined && other !== service.name) visit(project.services[other] ?? project.disabledServices[other]);
    }
    order.push(service);
  };
  for (const service of services) visit(project.services[service.name] ?? service);
  return order;
}
