import { enableServices, noSuchService } from '../../compose-file/index.ts';
import { observeContainers, type ObservedContainer } from '../../compose/index.ts';
import { filterValues } from '../flags/key-values.ts';
import { formatList } from '../format/print-list.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { psHeaders, psView } from './ps-view.ts';
import { projectOrName } from './session.ts';

const table = ['{{.Name}}', '{{.Image}}', '{{.Command}}', '{{.Service}}', '{{.RunningFor}}', '{{.Status}}', '{{.Ports}}'].join('\t');

/** `compose ps`: lists the containers of a project. */
export async function run(call: Invocation): Promise<void> {
  const { flags, args, stdout } = call;
  const { name, project } = projectOrName(call);
  if (project) for (const service of args) if (!(service in enableServices(project, args).services)) throw noSuchService(project, service);
  const client = await call.connect();
  const wanted = statuses(call);
  const known = (service: string): boolean => !project || flags.bool('orphans') || service in project.services || service in project.disabledServices;
  const containers = (await observeContainers(client, name)).filter(({ service, state, oneOff }) => {
    if (args.length && !args.includes(service)) return false;
    if (wanted.length) return wanted.includes(state);
    return flags.bool('all') ? known(service) : !oneOff && known(service) && ['running', 'paused', 'restarting'].includes(state);
  });
  if (flags.bool('quiet')) return void stdout.write(containers.map(({ id }) => `${id}\n`).join(''));
  if (flags.bool('services')) return void stdout.write([...new Set(containers.map(({ service }) => service))].map((service) => `${service}\n`).join(''));
  const byName = containers.toSorted((a: ObservedContainer, b: ObservedContainer) => (a.name < b.name ? -1 : 1));
  const codes = await Promise.all(
    byName.map(async ({ id, state }) => (state === 'exited' || state === 'dead' ? (await client.containers.inspect(id)).State.ExitCode : 0)),
  );
  const rows = byName.map((container, index) => psView(container, { short: !flags.bool('no-trunc'), exitCode: codes[index] ?? 0 }));
  stdout.write(formatList(rows, { format: flags.string('format'), table, headers: psHeaders }));
}

function statuses({ flags }: Invocation): string[] {
  const filters = filterValues(flags.list('filter'));
  for (const key of Object.keys(filters)) if (key !== 'status' && key !== 'source') throw new ExitError(1, `unknown filter ${key}`);
  if (filters['source']) throw new ExitError(1, 'filter "source" is not supported: use the names of services instead');
  return [...flags.list('status'), ...(filters['status'] ?? [])];
}
