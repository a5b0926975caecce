import type { ContainerSummary } from '../../api/index.ts';
import { label } from '../../compose/index.ts';
import { filterValues } from '../flags/key-values.ts';
import { alignColumns } from '../format/align-columns.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';

/** `compose ls`: projects that have containers. */
export async function run(call: Invocation): Promise<void> {
  const { flags, stdout } = call;
  const filters = filterValues(flags.list('filter'));
  for (const key of Object.keys(filters)) if (key !== 'name') throw new ExitError(1, `invalid filter '${key}'`);
  const client = await call.connect();
  const containers = await client.containers.list({ all: flags.bool('all'), filters: { label: [label.project] } });
  const names = filters['name'];
  const projects = [...Map.groupBy(containers, ({ Labels }) => Labels[label.project] ?? '')]
    .filter(([name]) => !names || names.some((pattern) => new RegExp(pattern).test(name)))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, group]) => ({ Name: name, Status: statusOf(group), ConfigFiles: filesOf(group) }));
  if (flags.bool('quiet')) return void stdout.write(projects.map(({ Name }) => `${Name}\n`).join(''));
  const format = flags.string('format') || 'table';
  if (format === 'json') return void stdout.write(`${JSON.stringify(projects)}\n`);
  if (format !== 'table') throw new ExitError(1, `format value "${format}" could not be parsed: parsing failed`);
  stdout.write(
    alignColumns([['NAME', 'STATUS', 'CONFIG FILES'], ...projects.map(({ Name, Status, ConfigFiles }) => [Name, Status, ConfigFiles])], {
      minWidth: 20,
      padding: 3,
    }),
  );
}

/** "running(3), exited(1)". */
function statusOf(containers: readonly ContainerSummary[]): string {
  const counts = [...Map.groupBy(containers, ({ State }) => State)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return counts.map(([state, group]) => `${state}(${group.length})`).join(', ');
}

function filesOf(containers: readonly ContainerSummary[]): string {
  return [...new Set(containers.flatMap(({ Labels }) => (Labels[label.configFiles] ?? 'N/A').split(',')))].join(',');
}
