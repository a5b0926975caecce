import { posix } from 'node:path';

import type { FromInstruction, Instruction, LineRange } from '../../dockerfile/index.ts';
import { parseTrigger } from '../../dockerfile/index.ts';
import { buildError } from '../build-error.ts';
import { applyCopy } from './apply-copy.ts';
import { applyRun } from './apply-run.ts';
import { applyCommand, applyHealthcheck, applyList, applyPairs, applyWord } from './apply-settings.ts';
import { declareArgs } from './scope.ts';
import { addStep, rangeOf } from './stage-state.ts';
import type { PlannedStep, StageServices, StageState } from './stage-state.ts';

/** Reads the instructions of a stage in order: triggers that the base image left, then its own. Answers the steps as the classic builder counts them. */
export async function dispatchStage(state: StageState, services: StageServices, triggers: readonly string[]): Promise<PlannedStep[]> {
  const { from, instructions } = state.stage;
  const steps: PlannedStep[] = [
    {
      text: from.raw.original,
      stage: state.stage.index,
      range: from.raw.range,
      vertex: state.vertex?.op.kind === 'image' ? state.vertex : undefined,
      root: state.vertex,
    },
  ];
  for (const expression of triggers) await step(parseTrigger(expression), from);
  for (const instruction of instructions) await step(instruction, undefined);
  return steps;

  async function step(instruction: Exclude<Instruction, FromInstruction>, trigger: FromInstruction | undefined): Promise<void> {
    const range = rangeOf(instruction, trigger);
    const before = state.vertex;
    try {
      await apply(state, services, instruction, range, trigger !== undefined);
    } catch (error) {
      throw buildError(error, range);
    }
    const made = state.vertex === before ? undefined : state.vertex;
    steps.push({ text: instruction.raw.original, stage: state.stage.index, range, vertex: made, root: state.vertex });
  }
}

async function apply(
  state: StageState,
  services: StageServices,
  instruction: Exclude<Instruction, FromInstruction>,
  range: LineRange,
  triggered: boolean,
): Promise<void> {
  const note = (createdBy: string): void => void state.history.push({ createdBy });
  switch (instruction.kind) {
    case 'arg':
      for (const { name } of instruction.args) services.usedArgs.add(name);
      return note(`ARG ${declareArgs(state.scope, instruction, services.buildArgs, services.inheritedArg).join(' ')}`);
    case 'env':
    case 'label':
      return note(applyPairs(state, instruction, range));
    case 'cmd':
    case 'entrypoint':
      return note(applyCommand(state, instruction));
    case 'user':
    case 'stopsignal':
    case 'maintainer':
      return note(applyWord(state, instruction, range));
    case 'expose':
    case 'volume':
      return note(applyList(state, instruction, range));
    case 'shell':
      state.shell = instruction.shell;
      state.settings.Shell = instruction.shell;
      return note(`SHELL [${instruction.shell.join(' ')}]`);
    case 'healthcheck':
      return note(applyHealthcheck(state, instruction));
    case 'onbuild':
      state.settings.OnBuild = [...(state.settings.OnBuild ?? []), instruction.expression];
      return; // The config holds it; history does not tell.
    case 'workdir':
      return applyWorkdir(state, services, state.scope.word(instruction.word, range), range, triggered);
    case 'copy':
    case 'add':
      return await applyCopy(state, services, instruction, range);
    case 'run':
      return await applyRun(state, services, instruction, range, shownText(instruction.raw.original, instruction.raw.heredocs[0]?.content, triggered));
    default:
      return instruction satisfies never;
  }
}

function applyWorkdir(state: StageState, services: StageServices, path: string, range: LineRange, triggered: boolean): void {
  const folder = posix.resolve(state.settings.WorkingDir || '/', path);
  state.settings.WorkingDir = folder;
  const vertex = addStep(state, services, `${triggered ? 'ONBUILD ' : ''}WORKDIR ${path}`, range, { kind: 'folder', base: state.vertex, path: folder });
  state.history.push({ createdBy: `WORKDIR ${folder}`, vertex });
}

/** The instruction on one line, keyword in capitals, with the beginning of a here-document. */
function shownText(original: string, heredoc: string | undefined, triggered: boolean): string {
  const line = original.replace(/^\S+/, (keyword) => keyword.toUpperCase()).replace(/\s+/g, ' ');
  const [first = '', ...more] = (heredoc ?? '').trim().split('\n');
  const summary = heredoc === undefined ? '' : ` (${more.length > 0 ? `${first}...` : first})`;
  return `${triggered ? 'ONBUILD ' : ''}${line}${summary}`;
}
