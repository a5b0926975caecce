import type { Project } from '../../compose-file/index.ts';
import { splitReference } from '../../compose/index.ts';
import { readCredentials } from '../config/credentials.ts';
import { registryOf } from '../image-name.ts';
import type { Invocation } from '../invocation.ts';

/** The project with every image that is pulled pinned to the digest that its registry has now. */
export async function pinnedImages(call: Invocation, project: Project): Promise<Project> {
  const client = await call.connect();
  const services = await Promise.all(
    Object.entries(project.services).map(async ([key, service]) => {
      if (service.image === undefined || service.image.includes('@')) return [key, service] as const;
      const { Descriptor } = await client.images.distribution(service.image, await readCredentials(call.config(), registryOf(service.image)));
      const { name, tag } = splitReference(service.image);
      return [key, { ...service, image: `${name}:${tag}@${Descriptor.digest}` }] as const;
    }),
  );
  return { ...project, services: Object.fromEntries(services) };
}
