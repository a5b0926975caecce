import type { Service } from '../../compose-file/index.ts';

/** Gives the id of the container that stands for a service; undefined when there is none yet. */
export type ContainerOf = (service: string) => string | undefined;

/**
 * Names the containers that "service:NAME" means in namespaces and `volumes_from`. Docker Compose hashes a service after this step:
 * a new container of the other service is a change of this one.
 */
export function resolveReferences(service: Service, containerOf: ContainerOf): Service {
  const shared = (mode: string | undefined): string | undefined => sharedContainer(mode, containerOf);
  const { network_mode: network, ipc, pid, volumes_from: volumes } = service;
  return {
    ...service,
    ...(network === undefined ? {} : { network_mode: shared(network) ?? network }),
    ...(ipc === undefined ? {} : { ipc: shared(ipc) ?? ipc }),
    ...(pid === undefined ? {} : { pid: shared(pid) ?? pid }),
    ...(volumes ? { volumes_from: volumes.map((source) => volumesFrom(source, containerOf)) } : {}),
  };
}

/** Services whose containers a service's containers need by id. */
export function referencedServices(service: Service): string[] {
  const modes = [service.network_mode, service.ipc, service.pid].map((mode) => /^service:(.+)$/.exec(mode ?? '')?.[1]);
  const volumes = (service.volumes_from ?? []).filter((source) => !source.startsWith('container:')).map((source) => source.split(':')[0]);
  const links = (service.links ?? []).map((link) => link.split(':')[0]);
  return [...new Set([...modes, ...volumes, ...links].filter((name): name is string => name !== undefined))];
}

function sharedContainer(mode: string | undefined, containerOf: ContainerOf): string | undefined {
  const service = /^service:(.+)$/.exec(mode ?? '')?.[1];
  return service === undefined ? mode : `container:${containerOf(service) ?? service}`;
}

function volumesFrom(source: string, containerOf: ContainerOf): string {
  if (source.startsWith('container:')) return source;
  const [name = '', mode] = source.split(':');
  const id = containerOf(name);
  return id === undefined ? source : `container:${id}${mode === undefined ? '' : `:${mode}`}`;
}
