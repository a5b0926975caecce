import { parseError } from './dockerfile-error.ts';
import { FlagValues } from './flags.ts';
import { parseAdd, parseCopy } from './parse-copy.ts';
import { commandForm, jsonStrings, pairsOf, wordsOf } from './arguments.ts';
import { parseHealthcheck } from './parse-healthcheck.ts';
import { parseRun } from './parse-run.ts';
import type { ArgInstruction, Instruction, RawInstruction } from './types.ts';

/** Turns the arguments of one keyword into an instruction. */
export type InstructionParser = (raw: RawInstruction, escape: '\\' | '`') => Instruction;

/** The grammar: one parser for each keyword. */
export const INSTRUCTION_PARSERS: Readonly<Record<string, InstructionParser>> = {
  from: parseFrom,
  arg: parseArg,
  run: parseRun,
  copy: parseCopy,
  add: parseAdd,
  env: (raw, escape) => parsePairs(raw, 'env', escape),
  label: (raw, escape) => parsePairs(raw, 'label', escape),
  cmd: (raw) => parseCommand(raw, 'cmd'),
  entrypoint: (raw) => parseCommand(raw, 'entrypoint'),
  workdir: (raw) => parseWord(raw, 'workdir'),
  user: (raw) => parseWord(raw, 'user'),
  stopsignal: (raw) => parseWord(raw, 'stopsignal'),
  maintainer: (raw) => parseWord(raw, 'maintainer'),
  expose: parseExpose,
  volume: parseVolume,
  shell: parseShell,
  healthcheck: parseHealthcheck,
  onbuild: parseOnbuild,
};

/** Every keyword, lower case. */
export const KEYWORDS: readonly string[] = Object.keys(INSTRUCTION_PARSERS);

function parseFrom(raw: RawInstruction): Instruction {
  const flags = new FlagValues(raw.flags, { platform: 'text' }, raw.range);
  const words = raw.rest.split(/\s+/).filter(Boolean);
  const [image, as, alias] = words;
  if (image === undefined || (words.length !== 1 && !(words.length === 3 && as?.toLowerCase() === 'as')))
    throw parseError('FROM requires either one or three arguments', raw.range);
  if (alias !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(alias.toLowerCase()))
    throw parseError(`invalid name for build stage: "${alias}", name can't start with a number or contain symbols`, raw.range);
  const platform = flags.text('platform');
  return {
    kind: 'from',
    raw,
    image,
    ...(alias === undefined ? {} : { alias: alias.toLowerCase(), aliasAsWritten: alias }),
    ...(platform === undefined ? {} : { platform }),
  };
}

function parseArg(raw: RawInstruction, escape: '\\' | '`'): Instruction {
  noFlags(raw);
  const words = wordsOf(raw.rest, escape);
  if (words.length === 0) throw parseError('ARG requires at least one argument', raw.range);
  return { kind: 'arg', raw, args: words.map((word) => parseArgument(word, raw)) };
}

function parseArgument(word: string, raw: RawInstruction): ArgInstruction['args'][number] {
  const cut = word.indexOf('=');
  const name = cut < 0 ? word : word.slice(0, cut);
  if (name === '') throw parseError('ARG names can not be blank', raw.range);
  const description = descriptionOf(name, raw.comments);
  return { name, ...(cut < 0 ? {} : { value: word.slice(cut + 1) }), ...(description === undefined ? {} : { description }) };
}

/** A comment "# name what it is for" above an ARG or FROM describes it. */
function descriptionOf(name: string, comments: readonly string[]): string | undefined {
  const line = comments.findLast((comment) => comment.startsWith(`${name} `));
  return line?.slice(name.length).trim();
}

function parsePairs(raw: RawInstruction, kind: 'env' | 'label', escape: '\\' | '`'): Instruction {
  noFlags(raw);
  const { pairs, legacy } = pairsOf(raw, escape);
  if (pairs.length === 0) throw parseError(`${kind.toUpperCase()} requires at least one argument`, raw.range);
  if (pairs.some(({ key }) => key === '')) throw parseError(`${kind.toUpperCase()} names can not be blank`, raw.range);
  return { kind, raw, pairs, legacy };
}

function parseCommand(raw: RawInstruction, kind: 'cmd' | 'entrypoint'): Instruction {
  noFlags(raw);
  if (kind === 'entrypoint' && raw.rest === '') throw parseError('ENTRYPOINT requires at least one argument', raw.range);
  return { kind, raw, command: commandForm(raw) };
}

function parseWord(raw: RawInstruction, kind: 'workdir' | 'user' | 'stopsignal' | 'maintainer'): Instruction {
  noFlags(raw);
  if (raw.rest === '') throw parseError(`${kind.toUpperCase()} requires exactly one argument`, raw.range);
  return { kind, raw, word: raw.rest };
}

function parseExpose(raw: RawInstruction): Instruction {
  noFlags(raw);
  const words = raw.rest.split(/\s+/).filter(Boolean);
  if (words.length === 0) throw parseError('EXPOSE requires at least one argument', raw.range);
  return { kind: 'expose', raw, words: words.toSorted() };
}

function parseVolume(raw: RawInstruction): Instruction {
  noFlags(raw);
  const words = jsonStrings(raw) ?? raw.rest.split(/\s+/).filter(Boolean);
  if (words.length === 0) throw parseError('VOLUME requires at least one argument', raw.range);
  if (words.some((word) => word.trim() === '')) throw parseError('VOLUME specified can not be an empty string', raw.range);
  return { kind: 'volume', raw, words: words.map((word) => word.trim()) };
}

function parseShell(raw: RawInstruction): Instruction {
  noFlags(raw);
  const shell = jsonStrings(raw);
  if (!shell) throw parseError(`SHELL requires the arguments to be in JSON form`, raw.range);
  if (shell.length === 0) throw parseError('SHELL requires at least one argument', raw.range);
  return { kind: 'shell', raw, shell };
}

function parseOnbuild(raw: RawInstruction): Instruction {
  noFlags(raw);
  const trigger = /^(\S+)/.exec(raw.rest)?.[1]?.toUpperCase();
  if (trigger === undefined) throw parseError('ONBUILD requires at least one argument', raw.range);
  if (trigger === 'ONBUILD') throw parseError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", raw.range);
  if (trigger === 'MAINTAINER' || trigger === 'FROM') throw parseError(`${trigger} isn't allowed as an ONBUILD trigger`, raw.range);
  const documents = raw.heredocs.map((heredoc) => `\n${heredoc.content}${heredoc.name}`).join('');
  return { kind: 'onbuild', raw, expression: raw.original.replace(/^\s*ONBUILD\s*/i, '') + documents };
}

function noFlags(raw: RawInstruction): void {
  FlagValues.check(raw.flags, {}, raw.range);
}
