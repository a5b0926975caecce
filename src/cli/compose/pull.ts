import { messageOf } from '../../base/index.ts';
import { selectServices } from '../../compose-file/index.ts';
import { imageName, inspectAll, pullImage } from '../../compose/index.ts';
import { readCredentials } from '../config/credentials.ts';
import { registryOf } from '../image-name.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { selected } from './selection.ts';
import { isDryRun, loadFrom, separator, withProgress } from './session.ts';

/** `compose pull`: pulls the images of services. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  const policy = flags.string('policy');
  if (policy && policy !== 'missing' && policy !== 'always') throw new ExitError(1, `unknown policy "${policy}": use "missing" or "always"`);
  const whole = loadFrom(call);
  const project = args.length ? selected(whole, args, !flags.bool('include-deps')) : selectServices(whole, []);
  const client = await call.connect();
  const named = (service: (typeof whole.services)[string]): string => imageName(whole, service, separator(call));
  const built = new Set(
    Object.values(whole.services)
      .filter(({ build }) => build)
      .map(named),
  );
  const services = Object.values(project.services).filter(({ provider }) => !provider);
  const present = await inspectAll(client, services.map(named));
  let failure: unknown;
  await withProgress(call, 'Pulling', async (view) => {
    const done = new Set<string>();
    await Promise.all(
      services.map(async (service) => {
        const image = named(service);
        const skip = skipReason(service.build !== undefined, service.image !== undefined, built.has(image), present.has(image));
        if (skip !== undefined) return view.event({ id: service.name, status: `Skipped - ${skip}`, state: 'done' });
        if (done.has(image)) return view.event({ id: service.name, status: 'Skipped - Image is already being pulled by another service', state: 'done' });
        done.add(image);
        if (isDryRun(call)) return view.event({ id: service.name, status: `Would pull ${image}`, state: 'done' });
        try {
          await pullImage(image, service, {
            client,
            progress: view.event,
            quietPull: flags.bool('quiet'),
            signal: undefined,
            authOf: (name) => readCredentials(call.config(), registryOf(name)),
          });
        } catch (error) {
          // What can be built need not be in a registry.
          if (service.build) view.event({ id: service.name, status: 'Warning', state: 'warning', detail: `${messageOf(error)}; it can be built` });
          else failure ??= error;
        }
      }),
    );
    function skipReason(build: boolean, own: boolean, other: boolean, here: boolean): string | undefined {
      if (build && (flags.bool('ignore-buildable') || !own)) return 'Image can be built';
      if (!build && other) return 'Image is built by another service';
      return policy === 'missing' && here ? 'Image is already present locally' : undefined;
    }
  });
  if (failure !== undefined && !flags.bool('ignore-pull-failures')) throw failure;
  return 0;
}
