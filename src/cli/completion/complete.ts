import { findCommand } from '../parse/resolve-command.ts';
import type { CommandSpec, Completion, FlagSpec, GroupSpec } from '../table/types.ts';

/** One thing that may stand at the cursor. */
export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** What a place takes: fixed candidates, or names that somebody else has to look up. `prefix` stands before each name ("--network="). */
export type Place =
  | { readonly kind: 'candidates'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'lookup'; readonly what: Completion; readonly word: string; readonly prefix: string };

/** Decides from the table what the last of `words` can become; the words before it are complete. Pure. */
export function placeOf(root: GroupSpec, words: readonly string[]): Place {
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  const { group, spec, flags, position, pending, ended } = walk(root, before);
  if (pending) return valueOf(pending, word, '');
  const inline = /^(--[^=]+)=(.*)$/s.exec(word);
  const named = inline && flags.find((one) => `--${one.name}` === inline[1]);
  if (named && !ended) return valueOf(named, inline[2] ?? '', `${inline[1]}=`);
  if (word.startsWith('-') && !ended) return fixed(flagCandidates(flags), word);
  if (!spec)
    return fixed(
      group.commands.filter((one) => !one.hidden).map((one) => ({ value: one.name, description: one.summary })),
      word,
    );
  const rules = spec.complete ?? [];
  const rule = rules[position] ?? (spec.maxArgs === undefined && !spec.wordEndsFlags ? rules.at(-1) : undefined);
  return rule === undefined ? { kind: 'candidates', candidates: [] } : lookup(rule, word, '');
}

interface Walk {
  readonly group: GroupSpec;
  readonly spec: CommandSpec | undefined;
  readonly flags: readonly FlagSpec[];
  /** How many arguments the command has already. */
  readonly position: number;
  /** The flag whose value is being typed. */
  readonly pending: FlagSpec | undefined;
  /** True when no more flags may follow. */
  readonly ended: boolean;
}

function walk(root: GroupSpec, words: readonly string[]): Walk {
  let group = root;
  let spec: CommandSpec | undefined;
  let flags: readonly FlagSpec[] = root.flags ?? [];
  let position = 0;
  let pending: FlagSpec | undefined;
  let ended = false;
  for (const word of words) {
    if (pending) pending = undefined;
    else if (word === '--' && spec) ended = true;
    else if (word.startsWith('-') && word !== '-' && !ended) pending = waiting(flags, word);
    else if (spec) {
      position++;
      ended ||= spec.wordEndsFlags ?? false;
    } else {
      const found = findCommand(group, word);
      if (found?.kind === 'group') [group, flags] = [found, [...(found.flags ?? []), ...(group === root ? [] : (group.flags ?? []))]];
      else if (found) [spec, flags] = [found, [...found.flags, ...(group === root ? [] : (group.flags ?? []))]];
    }
  }
  return { group, spec, flags, position, pending, ended };
}

/** The flag that still needs its value after `word`: "--name", "-it", "-e". */
function waiting(flags: readonly FlagSpec[], word: string): FlagSpec | undefined {
  if (word.includes('=')) return undefined;
  const spec = word.startsWith('--') ? flags.find((one) => `--${one.name}` === word) : flags.find((one) => one.short === word.at(-1));
  return spec && spec.type !== 'bool' ? spec : undefined;
}

function valueOf(flag: FlagSpec, word: string, prefix: string): Place {
  if (flag.complete === undefined) return flag.type === 'bool' ? lookup(['true', 'false'], word, prefix) : { kind: 'candidates', candidates: [] };
  return lookup(flag.complete, word, prefix);
}

function lookup(what: Completion, word: string, prefix: string): Place {
  if (typeof what === 'string') return { kind: 'lookup', what, word, prefix };
  return fixed(
    what.map((value) => ({ value: prefix + value })),
    prefix + word,
  );
}

function fixed(candidates: readonly Candidate[], word: string): Place {
  return { kind: 'candidates', candidates: candidates.filter(({ value }) => value.startsWith(word)) };
}

function flagCandidates(flags: readonly FlagSpec[]): Candidate[] {
  const shown = flags.filter((one) => !one.hidden).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...shown.map((one) => ({ value: `--${one.name}`, description: one.help.split('\n')[0] ?? '' })),
    { value: '--help', description: 'Print usage' },
  ].filter((one, at, all) => all.findIndex(({ value }) => value === one.value) === at);
}
