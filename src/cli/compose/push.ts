import { isEngineError, messageOf } from '../../base/index.ts';
import { type Project, selectServices, type Service } from '../../compose-file/index.ts';
import { imageName, splitReference } from '../../compose/index.ts';
import { readCredentials } from '../config/credentials.ts';
import { registryOf } from '../image-name.ts';
import type { Invocation } from '../invocation.ts';
import { selected } from './selection.ts';
import { isDryRun, loadFrom, separator, withProgress } from './session.ts';

/** `compose push`: pushes the images that services build. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  const whole = loadFrom(call);
  const project = args.length ? selected(whole, args, !flags.bool('include-deps')) : selectServices(whole, []);
  return await pushImages(call, whole, Object.values(project.services), { quiet: flags.bool('quiet'), ignoreFailures: flags.bool('ignore-push-failures') });
}

/** Pushes the images of services, their further tags too. */
export async function pushImages(
  call: Invocation,
  project: Project,
  services: readonly Service[],
  options: { readonly quiet: boolean; readonly ignoreFailures: boolean },
): Promise<number> {
  const client = await call.connect();
  await withProgress(call, 'Pushing', async (view) => {
    for (const service of services) {
      if (!service.build || service.image === undefined) {
        view.event({ id: service.name, status: 'Skipped', state: 'done' });
        continue;
      }
      for (const image of [imageName(project, service, separator(call)), ...(service.build.tags ?? [])]) {
        const id = `${service.name} (${image})`;
        view.event({ id, status: 'Pushing', state: 'working' });
        try {
          if (!isDryRun(call)) await push(image);
          view.event({ id, status: 'Pushed', state: 'done' });
        } catch (error) {
          if (!options.ignoreFailures || !isEngineError(error)) throw error;
          view.event({ id, status: 'Error', state: 'warning', detail: messageOf(error) });
        }
      }
    }
  });
  return 0;

  async function push(image: string): Promise<void> {
    const { name, tag } = splitReference(image);
    const auth = await readCredentials(call.config(), registryOf(image));
    for await (const _ of client.images.push(name, { tag, auth }));
  }
}
