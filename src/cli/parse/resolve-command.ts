import type { CommandSpec, FlagSpec, GroupSpec } from '../table/types.ts';
import { Flags } from './flags.ts';
import { defaultsOf, FlagError, parseFlags } from './parse-flags.ts';
import { UsageError } from './usage-error.ts';

/** What the words of a call name. `path` begins with the program's name. */
export type Resolved =
  | {
      readonly kind: 'command';
      readonly path: string;
      readonly groups: readonly GroupSpec[];
      readonly spec: CommandSpec;
      readonly globals: Flags;
      readonly flags: Flags;
      readonly args: readonly string[];
    }
  | {
      readonly kind: 'help';
      readonly path: string;
      readonly groups: readonly GroupSpec[];
      readonly spec: CommandSpec | GroupSpec;
      readonly asked: boolean;
      readonly shortHelp: boolean;
      readonly globals: Flags;
    };

/** Finds the command that `words` name and reads its flags. Throws UsageError with the text that Docker would print. */
export function resolveCommand(program: string, root: GroupSpec, words: readonly string[]): Resolved {
  let group = root;
  let path = program;
  let rest = words;
  const groups: GroupSpec[] = [];
  const globals = new Flags(defaultsOf(root.flags ?? []));
  let groupFlags: Flags | undefined;
  for (;;) {
    groups.push(group);
    const into = group === root ? globals : (groupFlags = new Flags(allDefaults(group)));
    const parsed = readFlags(path, groupUsage(path, group, root), group.flags ?? [], rest, { wordEndsFlags: true, into });
    const [name, ...after] = parsed.args;
    const isHelp = parsed.help || name === 'help';
    if (isHelp && name === 'help' && after.length > 0) return helpFor(program, root, after, globals);
    if (isHelp || name === undefined) return { kind: 'help', path, groups, spec: group, asked: isHelp, shortHelp: parsed.shortHelp, globals };
    const found = findCommand(group, name);
    if (!found) throw unknownCommand(program, path, name, group === root);
    path = `${path} ${name}`;
    rest = after;
    if (found.kind === 'command') return readCommand(path, groups, found, rest, globals, groupFlags);
    group = found;
  }
}

/** The command or group of this name or alias. */
export function findCommand(group: GroupSpec, name: string): CommandSpec | GroupSpec | undefined {
  return group.commands.find((one) => one.name === name || one.aliases?.includes(name));
}

/** The usage line of a group, as flag errors show it. */
function groupUsage(path: string, group: GroupSpec, root: GroupSpec): string {
  return group === root ? `${path} [OPTIONS] COMMAND [ARG...]` : `${path} COMMAND`;
}

function allDefaults(group: GroupSpec): Map<string, string> {
  return defaultsOf([...(group.flags ?? []), ...group.commands.flatMap((one) => (one.kind === 'command' ? [] : (one.flags ?? [])))]);
}

function helpFor(program: string, root: GroupSpec, words: readonly string[], globals: Flags): Resolved {
  let spec: CommandSpec | GroupSpec = root;
  let path = program;
  const groups: GroupSpec[] = [];
  for (const word of words) {
    if (spec.kind !== 'group') break;
    groups.push(spec);
    const found: CommandSpec | GroupSpec | undefined = findCommand(spec, word);
    if (!found) throw new UsageError(`unknown help topic: ${words.join(' ')}`);
    path = `${path} ${word}`;
    spec = found;
  }
  return { kind: 'help', path, groups, spec, asked: true, shortHelp: false, globals };
}

function readCommand(
  path: string,
  groups: readonly GroupSpec[],
  spec: CommandSpec,
  words: readonly string[],
  globals: Flags,
  groupFlags: Flags | undefined,
): Resolved {
  if (spec.raw) return { kind: 'command', path, groups, spec, globals, flags: new Flags(), args: words };
  const shared = groups.slice(1).flatMap((group) => group.flags ?? []);
  const specs: FlagSpec[] = [...spec.flags, ...shared.filter((one) => !spec.flags.some((own) => own.name === one.name || own.short === one.short))];
  const into = new Flags(defaultsOf(specs));
  for (const one of shared) if (groupFlags?.changed(one.name)) for (const value of groupFlags.list(one.name)) into.add(one.name, value);
  const parsed = readFlags(path, usageLine(path, spec), specs, words, { wordEndsFlags: spec.wordEndsFlags ?? false, into });
  if (parsed.help || into.bool('help')) return { kind: 'help', path, groups, spec, asked: true, shortHelp: parsed.shortHelp, globals };
  checkArguments(path, spec, parsed.args.length);
  return { kind: 'command', path, groups, spec, globals, flags: into, args: parsed.args };
}

function readFlags(
  path: string,
  usage: string,
  specs: readonly FlagSpec[],
  words: readonly string[],
  options: { wordEndsFlags: boolean; into: Flags },
): ReturnType<typeof parseFlags> {
  try {
    return parseFlags(specs, words, options);
  } catch (error) {
    if (error instanceof FlagError) throw new UsageError(`${error.message}\n\nUsage:  ${usage}\n\nRun '${path} --help' for more information`, 125);
    throw error;
  }
}

/** "slipway run [OPTIONS] IMAGE [COMMAND] [ARG...]". */
export function usageLine(path: string, spec: CommandSpec): string {
  return spec.usage === '' ? path : `${path} ${spec.usage.replace('%s', path)}`;
}

function checkArguments(path: string, spec: CommandSpec, count: number): void {
  const { minArgs: min, maxArgs: max } = spec;
  if (count >= min && (max === undefined || count <= max)) return;
  const wanted = argumentWords(min, max);
  const see = max === undefined ? 'See' : 'Run';
  const program = path.split(' ')[0] ?? path;
  throw new UsageError(`${program}: '${path}' ${wanted}\n\nUsage:  ${usageLine(path, spec)}\n\n${see} '${path} --help' for more information`);
}

function argumentWords(min: number, max: number | undefined): string {
  const many = (count: number): string => `${count} argument${count === 1 ? '' : 's'}`;
  if (max === undefined) return `requires at least ${many(min)}`;
  if (max === 0) return 'accepts no arguments';
  if (min === max) return `requires ${many(min)}`;
  return min === 0 ? `requires at most ${many(max)}` : `requires at least ${min} and at most ${many(max)}`;
}

function unknownCommand(program: string, path: string, name: string, top: boolean): UsageError {
  const usage = top ? '' : `Usage:  ${path}\n\n`;
  return new UsageError(`${program}: unknown command: ${path} ${name}\n\n${usage}Run '${path} --help' for more information`);
}
