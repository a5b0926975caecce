import type { Dockerfile } from '../types.ts';
import { checkInstructions } from './check-instructions.ts';
import { checkStages } from './check-stages.ts';
import type { CheckContext } from './check-stages.ts';
import { EXPERIMENTAL_RULES, parseCheckSettings } from './rules.ts';
import type { CheckSettings, Finding, RuleName } from './rules.ts';

/** Findings in the order of the file, and whether they end a build. */
export interface CheckOutcome {
  readonly findings: readonly Finding[];
  readonly failed: boolean;
}

const SETTINGS_ARG = 'BUILDKIT_DOCKERFILE_CHECK';

/** Runs every rule that the Dockerfile does not switch off. */
export function checkDockerfile(file: Dockerfile, context: CheckContext): CheckOutcome {
  const settings = parseCheckSettings(context.buildArgs[SETTINGS_ARG] ?? file.directives.check);
  const findings: Finding[] = [];
  const report = (rule: RuleName, message: string, range: Finding['range'], stage?: number): void => {
    if (applies(rule, settings)) findings.push({ rule, message, range, ...(stage === undefined || stage < 0 ? {} : { stage }) });
  };
  for (const { range } of file.warnings) report('NoEmptyContinuation', 'Empty continuation line', { start: range.end, end: range.end });
  checkCasing(file, report);
  checkStages(file, context, report);
  checkInstructions(file, context, report);
  const sorted = findings.toSorted((a, b) => a.range.start - b.range.start);
  return { findings: sorted, failed: settings.error && sorted.length > 0 };
}

function applies(rule: RuleName, settings: CheckSettings): boolean {
  if (settings.skipAll || settings.skip.has(rule)) return false;
  return !EXPERIMENTAL_RULES.has(rule) || settings.experimentalAll || settings.experimental.has(rule);
}

/** All keywords in capitals, or all in small letters: the majority decides. */
function checkCasing(file: Dockerfile, report: (rule: RuleName, message: string, range: Finding['range'], stage?: number) => void): void {
  const all = [
    ...file.globalArgs.map((instruction) => ({ instruction, stage: -1 })),
    ...file.stages.flatMap(({ index, from, instructions }) => [from, ...instructions].map((instruction) => ({ instruction, stage: index }))),
  ];
  const upper = all.filter(({ instruction: { raw } }) => raw.keywordAsWritten === raw.keywordAsWritten.toUpperCase()).length;
  const lower = all.filter(({ instruction: { raw } }) => raw.keywordAsWritten === raw.keywordAsWritten.toLowerCase()).length;
  const wanted = upper >= lower ? 'uppercase' : 'lowercase';
  for (const { instruction, stage } of all) {
    const { keywordAsWritten: written, range } = instruction.raw;
    const expected = wanted === 'uppercase' ? written.toUpperCase() : written.toLowerCase();
    if (written !== expected)
      report('ConsistentInstructionCasing', `Command '${written}' should match the case of the command majority (${wanted})`, range, stage);
  }
}
