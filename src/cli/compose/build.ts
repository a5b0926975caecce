import { selectServices } from '../../compose-file/index.ts';
import { imageName } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { type BuildFlags, imageBuilder, allCredentials, buildOne } from './build-images.ts';
import { buildOrder } from './build-order.ts';
import { checkBuilds, printBake } from './build-variants.ts';
import { pushImages } from './push.ts';
import { selected } from './selection.ts';
import { isDryRun, loadFrom, separator } from './session.ts';

/** `compose build`: builds the images of services. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args, stdout } = call;
  for (const name of ['builder', 'provenance', 'sbom', 'ssh']) {
    if (flags.string(name) && flags.string(name) !== 'false')
      throw new ExitError(1, `--${name} is not supported: the engine's own builder has no ${name === 'builder' ? 'others beside it' : name}`);
  }
  const whole = loadFrom(call);
  const part = args.length ? selected(whole, args, !flags.bool('with-dependencies')) : selectServices(whole, []);
  const services = buildOrder(whole, Object.values(part.services));
  const quiet = flags.bool('quiet');
  const options: BuildFlags = {
    quiet,
    print: (line) => void call.stderr.write(`${line}\n`),
    noCache: flags.bool('no-cache'),
    pull: flags.bool('pull'),
    buildArgs: argsOf(call),
    memory: flags.string('memory'),
    progress: flags.string('progress'),
    project: whole,
  };
  if (flags.bool('print')) return printBake(call, whole, services);
  if (!services.length) {
    call.stderr.write('No services to build\n');
    return 0;
  }
  if (flags.bool('check')) return await checkBuilds(call, services);
  if (isDryRun(call)) {
    for (const service of services) call.stderr.write(` DRY-RUN MODE -  ${service.name}  Would be built as ${imageName(whole, service, separator(call))}\n`);
    return 0;
  }
  if (quiet) {
    const client = await call.connect();
    const registries = await allCredentials(call);
    for (const service of services) stdout.write(`${await buildOne(call, client, whole, service, options, registries)}\n`);
  } else await imageBuilder(call, options)(services);
  return flags.bool('push') ? await pushImages(call, whole, services, { quiet, ignoreFailures: false }) : 0;
}

function argsOf({ flags, env }: Invocation): Record<string, string | null> {
  return Object.fromEntries(
    flags.list('build-arg').map((text) => {
      const equals = text.indexOf('=');
      return equals < 0 ? [text, env[text] ?? null] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
