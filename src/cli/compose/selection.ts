import type { Client } from '../../client/index.ts';
import { enableServices, noSuchService, type Project, selectServices } from '../../compose-file/index.ts';
import { observeContainers, type ObservedContainer } from '../../compose/index.ts';
import { ExitError } from '../parse/usage-error.ts';

/** Containers of a project that exist, of the named services or of all. One-off containers are left out unless wanted. */
export async function containersOf(
  client: Client,
  target: { readonly name: string; readonly project: Project | undefined },
  services: readonly string[],
  options: { readonly oneOff?: boolean } = {},
): Promise<ObservedContainer[]> {
  const { project, name } = target;
  if (project)
    for (const service of services) if (!(service in project.services) && !(service in project.disabledServices)) throw noSuchService(project, service);
  const all = (await observeContainers(client, name)).filter(({ oneOff }) => options.oneOff === true || !oneOff);
  if (!services.length) return all;
  const found = all.filter(({ service }) => services.includes(service));
  if (!project)
    for (const service of services) if (!found.some((container) => container.service === service)) throw new ExitError(1, `no such service: ${service}`);
  return found;
}

/** One container of a service: by --index, else the first. It must exist and, unless said otherwise, run. */
export async function containerOfService(
  client: Client,
  target: { readonly name: string; readonly project: Project | undefined },
  service: string,
  options: { readonly index: number; readonly running?: boolean },
): Promise<ObservedContainer> {
  const containers = await containersOf(client, target, [service]);
  const running = containers.filter(({ state }) => state === 'running' || state === 'paused');
  const candidates = options.running === false ? containers : running;
  const found = options.index > 0 ? candidates.find(({ number }) => number === options.index) : candidates[0];
  if (found) return found;
  if (options.index > 0) throw new ExitError(1, `service "${service}" is not running container #${options.index}`);
  throw new ExitError(1, `service "${service}" is not running`);
}

/** The part of a project that names select; naming a service enables it whatever its profiles say. */
export function selected(project: Project, services: readonly string[], alone: boolean): Project {
  return selectServices(enableServices(project, services), services, alone ? 'alone' : 'dependencies');
}

/** Applies SERVICE=NUM pairs. */
export function scaled(project: Project, pairs: readonly string[]): Project {
  const services = { ...project.services };
  for (const pair of pairs) {
    const [, name = '', count = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
    if (!name) throw new ExitError(1, `invalid scale specifier: ${pair}`);
    if (!/^\d+$/.test(count)) throw new ExitError(1, `invalid scale specifier: ${pair}: "${count}" is no number`);
    const service = services[name];
    if (!service) throw noSuchService(project, name);
    if (service.container_name !== undefined && Number(count) > 1) {
      throw new ExitError(
        1,
        `WARNING: The "${name}" service is using the custom container name "${service.container_name}". Docker requires each container to have a unique name. Remove the custom name to scale the service`,
      );
    }
    services[name] = { ...service, scale: Number(count) };
  }
  return { ...project, services };
}
