import type { CommandSpec, FlagSpec, FlagType, GroupSpec } from './types.ts';

type FlagExtras = Omit<FlagSpec, 'name' | 'short' | 'type' | 'help'>;

/** One row of a flag table: `flag('d', 'detach', 'bool', 'Run …')`; an empty first word means that there is no short form. */
export function flag(short: string, name: string, type: FlagType, help: string, extras?: FlagExtras): FlagSpec {
  if (extras) return Object.assign(short ? { name, short, type, help } : { name, type, help }, extras);
  return short ? { name, short, type, help } : { name, type, help };
}

/** Makes a command out of its row. */
export function command(row: Omit<CommandSpec, 'kind' | 'flags'> & { readonly flags?: readonly FlagSpec[] }): CommandSpec {
  return Object.assign(row, { kind: 'command' as const, flags: row.flags ?? [] });
}

/** Makes a group out of its row. */
export function group(row: Omit<GroupSpec, 'kind'>): GroupSpec {
  return Object.assign(row, { kind: 'group' as const });
}

/** The --format flag of commands that print a table. */
export const tableFormat = flag(
  '',
  'format',
  'string',
  [
    'Print with a template of your own:',
    "'table':            Columns with headers (default)",
    "'table TEMPLATE':   Columns with headers, from a Go template",
    "'json':             One JSON object a line",
    "'TEMPLATE':         A Go template for each row",
  ].join('\n'),
);

const objectFormatHelp = ['Print with a template of your own:', "'json':             JSON", "'TEMPLATE':         A Go template"].join('\n');

/** The -f/--format flag of commands that print one object. */
export const objectFormat = flag('f', 'format', 'string', objectFormatHelp);

/** The same without a short form, for commands where -f is the filter. */
export const longObjectFormat = flag('', 'format', 'string', objectFormatHelp);

/** The -f/--filter flag of list commands. */
export const filter = flag('f', 'filter', 'filter', 'Show only what fits the condition ("name=value")');
