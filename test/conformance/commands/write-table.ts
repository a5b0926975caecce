import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Difference } from './compare.ts';
import type { CommandGroup } from './groups.ts';

const BEGIN = '<!-- commands: written by test/conformance/commands -->';
const END = '<!-- commands end -->';

/** Writes the table of groups and combinations into a document, between its marks; what else the document says stays. */
export function writeTable(file: string, groups: readonly CommandGroup[], outcomes: ReadonlyMap<string, ReadonlyMap<string, readonly Difference[]>>): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '# Conformance\n';
  const table = `${BEGIN}\n${tableText(groups, outcomes)}\n${END}`;
  const [before = '', rest] = text.split(BEGIN);
  const after = rest === undefined ? '' : (rest.split(END)[1] ?? '');
  writeFileSync(file, `${before.trimEnd()}\n\n${table}\n${after.trimStart() ? `\n${after.trimStart()}` : ''}`);
}

function tableText(groups: readonly CommandGroup[], outcomes: ReadonlyMap<string, ReadonlyMap<string, readonly Difference[]>>): string {
  const names = [...outcomes.keys()];
  const size = (group: CommandGroup): number => group.commands.split('\n').length;
  const cell = (name: string, group: CommandGroup): string => `${size(group) - (outcomes.get(name)?.get(group.name)?.length ?? 0)}/${size(group)}`;
  const rows = groups.map((group) => `| ${group.name} | ${names.map((name) => cell(name, group)).join(' | ')} |`);
  const open = names.flatMap((name) =>
    groups.flatMap((group) => (outcomes.get(name)?.get(group.name) ?? []).map(({ command }) => `- ${name}: \`${command.replaceAll('`', '')}\``)),
  );
  return [
    '## Commands',
    '',
    'Commands whose output and exit code are the same as those of Docker 28 on its own engine ("client → engine").',
    '',
    `| commands | ${names.join(' | ')} |`,
    `|---|${names.map(() => '--:').join('|')}|`,
    ...rows,
    ...(open.length > 0 ? ['', 'Different:', '', ...open] : []),
  ].join('\n');
}
