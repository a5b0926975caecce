import { randomBytes } from 'node:crypto';
import { selectServices, type Service, withoutUnused, type Project } from '../../compose-file/index.ts';
import { containerRequest, imageName, injectFiles, observeContainers } from '../../compose/index.ts';
import type { Client } from '../../client/index.ts';
import type { Invocation } from '../invocation.ts';
import { parseDetachKeys } from '../terminal/detach-keys.ts';
import { forwardSignals } from '../terminal/forward-signals.ts';
import { joinStreams } from '../terminal/join-streams.ts';
import { followSize, rawTerminal } from '../terminal/raw-terminal.ts';
import { bringUp, proxiesOf } from './bring-up.ts';
import { imageBuilder } from './build-images.ts';
import { openProgress } from './progress-view.ts';
import { oneOffService } from './one-off-service.ts';
import { selected } from './selection.ts';
import { isDryRun, loadRunnable, progressMode, separator } from './session.ts';

/** `compose run`: a one-off container of a service, after its dependencies are up. The exit code is the command's. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  const [name = '', ...command] = args;
  const whole = loadRunnable(call);
  const project = withoutUnused(selected(whole, [name], flags.bool('no-deps')));
  const service = project.services[name];
  if (!service) return 1;
  const client = await call.connect();
  const detach = flags.bool('detach');
  const tty = !flags.bool('no-TTY') && !detach && call.stdin.isTTY && call.stdout.isTTY;
  const once = oneOffService(call, service, { command, tty });
  await prepare(call, client, project, service);
  if (isDryRun(call)) return 0;
  const id = await createOneOff(call, client, project, once);
  if (detach) {
    await client.containers.start(id);
    call.stdout.write(`${id}\n`);
    return 0;
  }
  return await attached(call, client, id, tty, once.stdin_open === true);
}

/** Brings up what the service needs, and gets its image. */
async function prepare(call: Invocation, client: Client, project: Project, service: Service): Promise<void> {
  const { flags } = call;
  const quiet = flags.bool('quiet');
  const dependencies = { ...project, services: Object.fromEntries(Object.entries(project.services).filter(([name]) => name !== service.name)) };
  using view = openProgress(call.stderr, quiet ? 'quiet' : progressMode(call), 'Running', isDryRun(call) ? 'DRY-RUN MODE -  ' : '');
  const common = {
    progress: view.event,
    pull: flags.string('pull'),
    quietPull: flags.bool('quiet-pull') || quiet,
    buildImages: imageBuilder(call, { quiet: flags.bool('quiet-build') || quiet, print: view.print.bind(view) }),
  };
  // Networks and volumes of the service itself are made too; its scale of 0 keeps its own containers out of it.
  const own = selectServices(project, [service.name], 'alone').services[service.name];
  const { depends_on: depends, ...alone } = own ?? service;
  void depends;
  const images = { ...dependencies, services: { ...dependencies.services, [service.name]: { ...alone, scale: await runningCount(client, project, service) } } };
  await bringUp(call, client, images, {
    ...common,
    build: flags.bool('build') ? 'always' : 'missing',
    recreate: 'never',
    removeOrphans: flags.bool('remove-orphans'),
  });
  await waitForDependencies(call, client, project, service, view.event);
}

async function runningCount(client: Client, project: Project, service: Service): Promise<number> {
  return (await observeContainers(client, project.name)).filter((container) => container.service === service.name && !container.oneOff).length;
}

async function waitForDependencies(
  call: Invocation,
  client: Client,
  project: Project,
  service: Service,
  progress: Parameters<typeof import('./wait-for-dependencies.ts').waitForDependencies>[3],
): Promise<void> {
  if (isDryRun(call) || !Object.keys(service.depends_on ?? {}).length) return;
  const { waitForDependencies: wait } = await import('./wait-for-dependencies.ts');
  await wait(client, project, service, progress);
}

async function createOneOff(call: Invocation, client: Client, project: Project, service: Service): Promise<string> {
  const { flags } = call;
  const slug = randomBytes(32).toString('hex');
  const name = flags.string('name') || [project.name, service.name, 'run', slug.slice(0, 12)].join(separator(call));
  const containers = await observeContainers(client, project.name);
  const image = imageName(project, service, separator(call));
  const { body, files } = containerRequest(service, project, {
    name,
    number: 1,
    image,
    imageId: (await client.images.inspect(image)).Id,
    containerOf: (other) => containers.find((container) => container.service === other && !container.oneOff)?.id,
    proxies: proxiesOf(call, client),
    oneOff: { slug, useAliases: flags.bool('use-aliases'), autoRemove: flags.bool('rm'), attachStdin: service.stdin_open === true },
  });
  const { Id } = await client.containers.create(body, { name, platform: service.platform });
  await injectFiles(client, Id, files);
  return Id;
}

async function attached(call: Invocation, client: Client, id: string, tty: boolean, stdinOpen: boolean): Promise<number> {
  const { stdin } = call;
  const { stream } = await client.containers.attach(id, { stdin: stdinOpen, stdout: true, stderr: true });
  const { exit } = await client.containers.wait(id, { condition: call.flags.bool('rm') ? 'removed' : 'next-exit' });
  {
    using cleanup = new DisposableStack();
    if (tty) cleanup.use(rawTerminal(stdin));
    else cleanup.use(forwardSignals((signal) => client.containers.kill(id, signal)));
    await client.containers.start(id);
    if (tty) cleanup.use(followSize(call.stdout, (size) => client.containers.resize(id, size)));
    const end = await joinStreams(stream, {
      stdin: stdinOpen ? stdin : undefined,
      to: call,
      tty,
      keys: parseDetachKeys(call.config().values.detachKeys ?? ''),
    });
    if (end === 'detached') return 0;
  }
  return (await exit).StatusCode;
}
