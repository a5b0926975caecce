import { label, observeContainers, type ObservedContainer } from '../../compose/index.ts';
import { engineTime } from '../flags/engine-time.ts';
import type { Invocation } from '../invocation.ts';
import { printLogs, type ReadLogOptions } from './followed-logs.ts';
import { LogPrinter } from './log-printer.ts';
import { containersOf } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose logs`: output of all containers; with -f also of those that come later. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args, stdout, stderr } = call;
  const target = projectOrName(call);
  const client = await call.connect();
  const stop = new AbortController();
  const follow = flags.bool('follow');
  const index = flags.int('index');
  const options: ReadLogOptions = {
    follow,
    tail: flags.string('tail'),
    since: engineTime(flags.string('since'), 'since'),
    until: engineTime(flags.string('until'), 'until'),
    timestamps: flags.bool('timestamps'),
    signal: stop.signal,
  };
  const color = stdout.isTTY && !flags.bool('no-color') && !call.env['NO_COLOR'] && flags.string('ansi') !== 'never';
  const printer = new LogPrinter({ stdout, stderr, color, prefix: !flags.bool('no-log-prefix') });
  // Asked for before the list, so that nothing that starts in between is missed.
  const events = follow
    ? await client.system.eventsReady({
        filters: { type: ['container'], event: ['start'], label: [`${label.project}=${target.name}`] },
        signal: stop.signal,
      })
    : undefined;
  const containers = (await containersOf(client, target, args)).filter(({ number }) => index === 0 || number === index);
  for (const container of containers) printer.register(shortName(container, target.name));
  process.once('SIGINT', () => stop.abort());
  const reading = new Map<string, Promise<void>>();
  const read = (container: ObservedContainer, runOf?: number): void => {
    const job = printLogs(
      client,
      container.id,
      shortName(container, target.name),
      printer,
      { ...options, ...(runOf === undefined ? {} : { runOf }) },
      stdout,
    ).then(() => void reading.delete(container.id));
    reading.set(container.id, job);
  };
  for (const container of containers) read(container);
  if (!events) {
    await Promise.all(reading.values());
    return 0;
  }
  const later = (async () => {
    for await (const { Actor, timeNano } of events) {
      if (reading.has(Actor.ID) || (args.length && !args.includes(Actor.Attributes[label.service] ?? '')) || Actor.Attributes[label.oneOff] === 'True')
        continue;
      const container = (await observeContainers(client, target.name)).find(({ id }) => id === Actor.ID);
      if (container) read(container, timeNano);
    }
  })();
  const finished = (async () => {
    // A follower ends when nothing of the project runs any more.
    while (reading.size) await Promise.race(reading.values());
    stop.abort();
  })();
  await Promise.race([finished, later.catch(() => undefined)]);
  return 0;
}

/** "cup-web-1" as "web-1"; names that do not begin with the project's stay whole. */
export function shortName({ name }: Pick<ObservedContainer, 'name'>, project: string): string {
  const bare = name.replace(/^[0-9a-f]{12}_/, '');
  return bare.startsWith(`${project}-`) || bare.startsWith(`${project}_`) ? bare.slice(project.length + 1) : bare;
}
