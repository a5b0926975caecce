import { usageLine } from './parse/resolve-command.ts';
import { commonNames, managementGroups, shortForms } from './table/root.ts';
import type { CommandSpec, FlagSpec, GroupSpec } from './table/types.ts';

/** The text of --help. `width` is the terminal's, or 80. */
export function helpText(program: string, path: string, groups: readonly GroupSpec[], spec: CommandSpec | GroupSpec, width: number): string {
  if (spec.kind === 'command') return commandHelp(program, path, groups, spec, width);
  return groups.length <= 1 ? rootHelp(program, spec, width) : groupHelp(path, spec, width);
}

function commandHelp(program: string, path: string, groups: readonly GroupSpec[], spec: CommandSpec, width: number): string {
  const shared = groups.slice(1).flatMap((group) => group.flags ?? []);
  const parts = [`Usage:  ${usageLine(path, spec)}`, spec.description ?? spec.summary];
  const names = aliasNames(program, path, groups, spec);
  if (names.length > 1) parts.push(`Aliases:\n  ${names.join(', ')}`);
  const own = flagTable(spec.flags, width);
  if (own) parts.push(`Options:\n${own}`);
  const common = flagTable(shared, width);
  if (common) parts.push(`Group Options:\n${common}`);
  return `${parts.join('\n\n')}\n`;
}

function aliasNames(program: string, path: string, groups: readonly GroupSpec[], spec: CommandSpec): string[] {
  const short = spec.short ?? '';
  const home = shortForms.get(short)?.group ?? groups.at(-1);
  const original = home?.commands.find((one) => one.kind === 'command' && one.load === spec.load);
  if (!home || home.name === '' || original?.kind !== 'command') return [path];
  const names = [original.name, ...(original.aliases ?? [])].map((name) => `${program} ${home.name} ${name}`);
  return short ? [...names, `${program} ${short}`] : names;
}

function groupHelp(path: string, group: GroupSpec, width: number): string {
  const flags = flagTable(group.flags ?? [], width);
  const parts = [`Usage:  ${path}${flags ? ' [OPTIONS]' : ''} COMMAND`, group.summary];
  if (flags) parts.push(`Options:\n${flags}`);
  const inner = group.commands.filter((one) => one.kind === 'group' && !one.hidden);
  if (inner.length > 0) parts.push(commandList('Management Commands', inner, width));
  parts.push(
    commandList(
      'Commands',
      group.commands.filter((one) => one.kind === 'command' && !one.hidden),
      width,
    ),
  );
  return `${parts.join('\n\n')}\n\nRun '${path} COMMAND --help' for more information on a command.\n`;
}

function rootHelp(program: string, root: GroupSpec, width: number): string {
  const visible = root.commands.filter((one) => !one.hidden);
  const common = commonNames.flatMap((name) => visible.filter((one) => one.name === name));
  const management = managementGroups.filter((one) => !commonNames.includes(one.name));
  const others = visible.filter((one) => one.kind === 'command' && !common.includes(one)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    `Usage:  ${program} [OPTIONS] COMMAND`,
    root.summary,
    commandList('Common Commands', common, width),
    commandList('Management Commands', management, width),
    commandList('Commands', others, width),
    `Global Options:\n${flagTable(root.flags ?? [], width)}`,
    `Run '${program} COMMAND --help' for more information on a command.\n`,
  ].join('\n\n');
}

function commandList(title: string, commands: readonly (CommandSpec | GroupSpec)[], width: number): string {
  const column = Math.max(11, ...commands.map((one) => one.name.length)) + 1;
  const lines = commands.map((one) => `  ${one.name.padEnd(column)}${wrap(one.summary, column + 2, Math.max(width, 120))}`);
  return `${title}:\n${lines.join('\n')}`;
}

function flagTable(flags: readonly FlagSpec[], width: number): string {
  const rows = flags.filter((one) => !one.hidden).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const heads = rows.map((one) => `  ${one.short ? `-${one.short}, ` : '    '}--${one.name}${one.type === 'bool' ? '' : ` ${one.type}`}`);
  const column = Math.max(0, ...heads.map((head) => head.length)) + 3;
  return rows.map((one, at) => (heads[at] ?? '').padEnd(column) + wrap(one.help + defaultText(one), column, width)).join('\n');
}

function defaultText({ default: value, type }: FlagSpec): string {
  if (value === undefined || value === '' || value === 'false') return '';
  return ` (default ${type === 'string' ? JSON.stringify(value) : value})`;
}

/** Breaks text into lines of at most `width`, all but the first indented by `indent`. */
function wrap(text: string, indent: number, width: number): string {
  const room = Math.max(24, width - indent - 1);
  return text
    .split('\n')
    .flatMap((line) => breakLine(line, room))
    .join(`\n${' '.repeat(indent)}`);
}

function breakLine(line: string, room: number): string[] {
  if (line.length <= room) return [line];
  const space = line.lastIndexOf(' ', room);
  if (space <= 0) return [line];
  return [line.slice(0, space), ...breakLine(line.slice(space + 1), room)];
}
