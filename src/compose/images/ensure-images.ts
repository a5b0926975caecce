import type { AuthConfig, ImageInspect, ProgressMessage } from '../../api/index.ts';
import { EngineError, isEngineError, messageOf, Semaphore } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';
import type { Project, Service } from '../../compose-file/index.ts';
import type { OnProgress } from '../execute/progress.ts';
import { imageName } from '../names.ts';
import { imagePolicy } from './pull-policy.ts';

/** Builds the images of services, those that need others after those. Gives nothing back: the images have their names then. */
export type BuildImages = (services: readonly Service[]) => Promise<void>;

/** How images are got. */
export interface EnsureImagesOptions {
  readonly client: Client;
  readonly project: Project;
  readonly progress: OnProgress;
  /** --build: build even what is there; --no-build: never. */
  readonly build: 'always' | 'missing' | 'never';
  /** --pull. */
  readonly pull: string;
  readonly quietPull: boolean;
  readonly dryRun: boolean;
  readonly authOf: (image: string) => Promise<AuthConfig | undefined>;
  readonly buildImages: BuildImages;
  readonly separator?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Service → id of its image, after pulling and building what is missing. With `dryRun` only what is there. */
export async function ensureImages(options: EnsureImagesOptions): Promise<Map<string, string>> {
  const { client, project } = options;
  const services = Object.values(project.services).filter(({ provider }) => !provider);
  const before = await inspectAll(
    client,
    services.map((service) => nameOf(service, options)),
  );
  const built = new Set(services.filter(({ build }) => build).map((service) => nameOf(service, options)));
  const builds: Service[] = [];
  const pulls = new Map<string, Service>();
  for (const service of services) {
    const task = taskOf(service, before.get(nameOf(service, options)), options);
    if (task === 'build') builds.push(service);
    // What another service of the project builds is in no registry yet.
    else if (task === 'pull' && (service.build || !built.has(nameOf(service, options)))) pulls.set(nameOf(service, options), service);
  }
  if (options.dryRun) describe(builds, pulls, options);
  else {
    await pullAll(pulls, builds, options);
    if (builds.length) await options.buildImages(builds);
  }
  const after = await inspectAll(
    client,
    services.map((service) => nameOf(service, options)),
  );
  return new Map(
    services.flatMap((service) => {
      const image = after.get(nameOf(service, options));
      return image ? [[service.name, image.Id] as const] : [];
    }),
  );
}

function nameOf(service: Service, { project, separator }: EnsureImagesOptions): string {
  return imageName(project, service, separator);
}

/** Ids of the images that are there, by name. */
export async function inspectAll(client: Client, names: readonly string[]): Promise<Map<string, ImageInspect>> {
  const found = await Promise.all([...new Set(names)].map(async (name) => [name, await inspectImage(client, name)] as const));
  return new Map(found.filter((entry): entry is [string, ImageInspect] => entry[1] !== undefined));
}

async function inspectImage(client: Client, name: string): Promise<ImageInspect | undefined> {
  try {
    return await client.images.inspect(name);
  } catch (error) {
    if (isEngineError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

function taskOf(service: Service, image: ImageInspect | undefined, options: EnsureImagesOptions): 'build' | 'pull' | undefined {
  const policy = imagePolicy(service, options.pull);
  if (service.build) {
    if (options.build === 'always' || policy.kind === 'build') return 'build';
    if (image) return undefined;
    if (options.build !== 'never') return service.pull_policy !== undefined && policy.kind !== 'never' && service.image !== undefined ? 'pull' : 'build';
    throw new EngineError('NOT_FOUND', `service "${service.name}" has no image "${nameOf(service, options)}" and --no-build was given`);
  }
  switch (policy.kind) {
    case 'always':
      return 'pull';
    case 'never':
      return undefined;
    case 'refresh':
      return image && Date.now() - Date.parse(image.Metadata?.LastTagTime ?? '') < policy.ageMs ? undefined : 'pull';
    case 'build':
      throw new EngineError('INVALID_ARGUMENT', `service "${service.name}" has pull policy "build" but no build section`);
    case 'missing':
      return image ? undefined : 'pull';
    default:
      return policy satisfies never;
  }
}

function describe(builds: readonly Service[], pulls: ReadonlyMap<string, Service>, { progress }: EnsureImagesOptions): void {
  for (const { name } of builds) progress({ id: name, status: 'Would be built', state: 'done' });
  for (const [image] of pulls) progress({ id: image, status: 'Would be pulled', state: 'done' });
}

async function pullAll(pulls: ReadonlyMap<string, Service>, builds: Service[], options: EnsureImagesOptions): Promise<void> {
  const permits = new Semaphore(8);
  await Promise.all(
    [...pulls].map(([image, service]) =>
      permits.run(async () => {
        try {
          await pullImage(image, service, options);
        } catch (error) {
          if (!service.build || options.signal?.aborted) throw error;
          // What can be built need not be pulled.
          builds.push(service);
        }
      }),
    ),
  );
}

/** Pulls one image and tells how it goes. */
export async function pullImage(
  image: string,
  service: Service,
  options: Pick<EnsureImagesOptions, 'client' | 'progress' | 'authOf' | 'signal' | 'quietPull'>,
): Promise<void> {
  const { client, progress, signal } = options;
  progress({ id: service.name, status: 'Pulling', state: 'working' });
  const { name, tag } = splitReference(image);
  try {
    const messages = client.images.pull(name, { tag, platform: service.platform, auth: await options.authOf(image), signal });
    for await (const message of messages) if (!options.quietPull) layerProgress(message, progress);
    progress({ id: service.name, status: 'Pulled', state: 'done' });
  } catch (error) {
    progress({ id: service.name, status: 'Error', state: 'error', detail: messageOf(error) });
    throw error;
  }
}

function layerProgress({ id, status, progressDetail: detail }: ProgressMessage, progress: OnProgress): void {
  if (!id || status === undefined || status.startsWith('Pulling from')) return;
  const percent = detail?.current !== undefined && detail.total ? ` ${Math.trunc((detail.current / detail.total) * 100)}%` : '';
  progress({ id, status: `${status}${percent}`, state: /complete|Already exists/i.test(status) ? 'done' : 'working' });
}

/** "registry:5000/a/b:1" → its name and its tag or digest; "latest" when it says none. */
export function splitReference(image: string): { name: string; tag: string } {
  const at = image.indexOf('@');
  if (at >= 0) return { name: image.slice(0, at), tag: image.slice(at + 1) };
  const colon = image.lastIndexOf(':');
  return colon > image.lastIndexOf('/') ? { name: image.slice(0, colon), tag: image.slice(colon + 1) } : { name: image, tag: 'latest' };
}
