import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** Runs an iptables program and gives its output. */
export type RunIptables = (program: string, args: readonly string[]) => Promise<string>;

const families = [
  { program: 'iptables-legacy', tables: '/proc/net/ip_tables_names' },
  { program: 'ip6tables-legacy', tables: '/proc/net/ip6_tables_names' },
];

/**
 * The same as `acceptInForeignChains` for hosts whose firewall still speaks the kernel's older iptables, which nft does not show.
 * Where that was never used, this is two files that are empty.
 */
export async function acceptInLegacyTables(ownTable: string, bridges: readonly string[]): Promise<void> {
  for (const { program, tables } of families) {
    const used = await readFile(tables, 'utf8').catch(() => '');
    if (used.split('\n').includes('filter')) await acceptIn(program, ownTable, bridges, runIptables);
  }
}

/** Brings our rules in the chain FORWARD in line with `bridges`, where it drops by default. */
export async function acceptIn(program: string, ownTable: string, bridges: readonly string[], run: RunIptables): Promise<void> {
  const lines = (await run(program, ['-w', '-S', 'FORWARD'])).split('\n');
  const drops = lines.includes('-P FORWARD DROP');
  const ending = `-m comment --comment ${ownTable} -j ACCEPT`;
  const there = lines.filter((line) => line.startsWith('-A FORWARD ') && line.endsWith(ending)).map((line) => line.slice('-A FORWARD '.length));
  const wanted = drops ? bridges.flatMap((bridge) => [`-i ${bridge} ${ending}`, `-o ${bridge} ${ending}`]) : [];
  for (const rule of there) if (!wanted.includes(rule)) await run(program, ['-w', '-D', 'FORWARD', ...rule.split(' ')]);
  for (const rule of wanted) if (!there.includes(rule)) await run(program, ['-w', '-A', 'FORWARD', ...rule.split(' ')]);
}

async function runIptables(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execFileAsync(program, [...args]);
  return stdout;
}
