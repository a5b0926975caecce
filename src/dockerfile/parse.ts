import { DockerfileError, nearest, parseError } from './dockerfile-error.ts';
import { lex } from './lex.ts';
import { INSTRUCTION_PARSERS, KEYWORDS } from './instructions.ts';
import type { ArgInstruction, Dockerfile, FromInstruction, Instruction, RawInstruction, Stage } from './types.ts';

/** Parses a whole Dockerfile into stages. Throws DockerfileError with Docker's text and the lines that are to blame. */
export function parseDockerfile(source: string): Dockerfile {
  const { directives, instructions, warnings } = lex(source);
  const globalArgs: ArgInstruction[] = [];
  const stages: MutableStage[] = [];
  for (const raw of instructions) {
    const instruction = parseInstruction(raw, directives.escape);
    const stage = stages.at(-1);
    if (instruction.kind === 'from') stages.push(newStage(stages.length, instruction));
    else if (stage) stage.instructions.push(instruction);
    else if (instruction.kind === 'arg') globalArgs.push(instruction);
    else throw new DockerfileError('no build stage in current context', { range: raw.range });
  }
  if (stages.length === 0) throw new DockerfileError('dockerfile contains no stages to build');
  return { directives, globalArgs, stages, warnings, source };
}

/** Gives one lexed line its meaning. */
export function parseInstruction(raw: RawInstruction, escape: '\\' | '`' = '\\'): Instruction {
  const parser = Object.hasOwn(INSTRUCTION_PARSERS, raw.keyword) ? INSTRUCTION_PARSERS[raw.keyword] : undefined;
  if (!parser) throw unknownInstruction(raw);
  return parser(raw, escape);
}

/** Parses the text of an ONBUILD trigger, as an image's config holds it. */
export function parseTrigger(expression: string): Exclude<Instruction, FromInstruction> {
  const [raw] = lex(expression).instructions;
  if (!raw) throw new DockerfileError(`onbuild expression not recognized: ${expression}`);
  const instruction = parseInstruction(raw);
  if (instruction.kind === 'from') throw new DockerfileError('FROM is not allowed as an ONBUILD trigger');
  return instruction;
}

interface MutableStage extends Stage {
  readonly instructions: Exclude<Instruction, FromInstruction>[];
}

function newStage(index: number, from: FromInstruction): MutableStage {
  return { index, name: from.alias, from, instructions: [] };
}

function unknownInstruction(raw: RawInstruction): DockerfileError {
  const near = nearest(raw.keyword, KEYWORDS);
  const hint = near === undefined ? '' : ` (did you mean ${near.toUpperCase()}?)`;
  return parseError(`unknown instruction: ${raw.keywordAsWritten}${hint}`, raw.range);
}
