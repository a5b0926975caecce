import { failureText } from '../../connect/report-error.ts';
import type { Client } from '../../../client/index.ts';
import { formatList } from '../../format/print-list.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { statsHeaders, statsView, type StatsEntry } from './stats-view.ts';

const REDRAW_MS = 500;
const columns = ['{{.CPUPerc}}', '{{.MemUsage}}', '{{.MemPerc}}', '{{.NetIO}}', '{{.BlockIO}}', '{{.PIDs}}'];

/** `stats`: what containers use; once, or again and again until they are all gone. */
export async function run(call: Invocation): Promise<void> {
  const { flags, args, stdout, config } = call;
  const client = await call.connect();
  const entries = new Map<string, StatsEntry>();
  const print = (): string => {
    const format = flags.string('format') || (config().values.statsFormat ?? '');
    const short = !flags.bool('no-trunc');
    return formatList(
      [...entries.values()].map((entry) => statsView(entry, short)),
      { format, table: ['{{.ID}}', '{{.Name}}', ...columns].join('\t'), headers: statsHeaders },
    );
  };
  if (flags.bool('no-stream')) {
    await Promise.all((await names(client, args, flags.bool('all'))).map((name) => once(client, name, entries)));
    stdout.write(print());
    return;
  }
  await follow(call, client, entries, print);
}

async function names(client: Client, given: readonly string[], all: boolean): Promise<readonly string[]> {
  return given.length > 0 ? given : (await client.containers.list({ all })).map(({ Id }) => Id);
}

async function once(client: Client, name: string, entries: Map<string, StatsEntry>): Promise<void> {
  entries.set(name, { container: name, id: '', name: '' });
  try {
    for await (const sample of client.containers.stats(name, { stream: false }))
      entries.set(name, { container: name, id: sample.id, name: sample.name.replace(/^\//, ''), sample });
  } catch (error) {
    entries.delete(name);
    throw new ExitError(1, failureText(error));
  }
}

/** One stream for each container; without names, containers that start meanwhile are joined. */
async function follow({ args, flags, stdout }: Invocation, client: Client, entries: Map<string, StatsEntry>, print: () => string): Promise<void> {
  const watched = new Map<string, Promise<void>>();
  const watch = (name: string): void => void (watched.has(name) || watched.set(name, stream(client, name, entries)));
  for (const name of await names(client, args, flags.bool('all'))) watch(name);
  const newcomers = args.length === 0 ? joinStarted(client, watch) : undefined;
  const clear = stdout.isTTY ? '\u001B[2J\u001B[H' : '';
  const redraw = setInterval(() => stdout.write(`${clear}${print()}`), REDRAW_MS);
  try {
    if (newcomers) await newcomers;
    await Promise.all(watched.values());
    stdout.write(print());
  } finally {
    clearInterval(redraw);
  }
}

async function stream(client: Client, name: string, entries: Map<string, StatsEntry>): Promise<void> {
  entries.set(name, { container: name, id: '', name: '' });
  try {
    for await (const sample of client.containers.stats(name))
      entries.set(name, { container: name, id: sample.id, name: sample.name.replace(/^\//, ''), sample });
  } finally {
    entries.delete(name);
  }
}

async function joinStarted(client: Client, watch: (name: string) => void): Promise<void> {
  for await (const { Actor } of client.system.events({ filters: { type: ['container'], event: ['start'] } })) watch(Actor.ID);
}
