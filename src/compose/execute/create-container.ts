import type { ExecuteContext } from './context.ts';
import { containerRequest } from '../create/container-body.ts';
import type { ContainerOf } from '../create/references.ts';
import type { Operation } from '../plan/plan.ts';
import { withoutFilesVolumes } from './files-volumes.ts';
import { injectFiles } from './inject-files.ts';

/** Creates a container and copies its configs and secrets into it. */
export async function createContainer(operation: Extract<Operation, { kind: 'create' }>, context: ExecuteContext): Promise<void> {
  const { service, name, number, replaces, inherit } = operation;
  const { client, project } = context;
  const { body, files } = containerRequest(service, project, {
    name: name.replace(/^[0-9a-f]{12}_/, ''),
    number,
    image: context.imageName(service),
    imageId: context.images.get(service.name),
    containerOf: containerOf(context),
    proxies: context.proxies,
    ...(replaces ? { replaces: replaces.name, inherited: inherit ? withoutFilesVolumes(replaces) : [] } : {}),
  });
  const created = await client.containers.create(body, { name, platform: service.platform, signal: context.signal });
  for (const warning of created.Warnings ?? []) context.progress({ id: `Container ${name}`, status: warning, state: 'warning' });
  context.ids.set(name, created.Id);
  context.newest.set(service.name, created.Id);
  await injectFiles(client, created.Id, files);
}

/** The container that stands for a service: the newest that this plan made, else the first that was there. */
export function containerOf(context: ExecuteContext): ContainerOf {
  return (service) => context.newest.get(service) ?? context.observed.containers.find((container) => container.service === service && !container.oneOff)?.id;
}
