import type { Invocation } from '../invocation.ts';
import { containersOf } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose top`: processes of all running containers in one table. */
export async function run(call: Invocation): Promise<void> {
  const client = await call.connect();
  const containers = (await containersOf(client, projectOrName(call), call.args)).filter(({ state }) => state === 'running');
  if (!containers.length) return;
  const tops = await Promise.all(containers.map(async ({ id, service, number }) => ({ service, number, top: await client.containers.top(id) })));
  const titles = [...new Set(tops.flatMap(({ top }) => top.Titles))];
  const rows = tops.flatMap(({ service, number, top: { Titles, Processes } }) => {
    const cells = (process: readonly string[]): string[] => titles.map((title) => process[Titles.indexOf(title)] ?? '-');
    return (Processes ?? []).map((process) => [service, String(number)].concat(cells(process)));
  });
  const table = [['SERVICE', '#', ...titles], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length))) ?? [];
  call.stdout.write(
    table.map((row) => `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 2))).join('')}\n`).join(''),
  );
}
