import { nearest } from '../dockerfile-error.ts';
import { expandWord } from '../shell-words.ts';
import type { ArgInstruction, Dockerfile, FromInstruction, LineRange, Stage } from '../types.ts';
import type { RuleName } from './rules.ts';

/** What the checks need to know besides the file. */
export interface CheckContext {
  /** Values of `--build-arg`. */
  readonly buildArgs: Readonly<Record<string, string | null>>;
  /** Predefined global arguments: TARGETPLATFORM and so on. */
  readonly platformArgs: readonly string[];
  /** Names that the base image of a stage sets; undefined where it is not known. */
  readonly baseEnv: (image: string) => readonly string[] | undefined;
  /** Paths that the ignore file leaves out of the context. */
  readonly isIgnored: (path: string) => boolean;
}

/** Takes a finding down, if its rule is on. */
export type Report = (rule: RuleName, message: string, range: LineRange, stage?: number) => void;

/** Rules about FROM lines and stage names. */
export function checkStages(file: Dockerfile, context: CheckContext, report: Report): void {
  const seen = new Set<string>();
  for (const stage of file.stages) {
    checkName(stage, seen, report);
    checkAsCasing(stage.from, report);
    checkPlatform(stage.from, report);
    checkBaseName(file, stage, context, report);
    checkDescription(stage.from.raw.comments, stage.name, stage.from.raw.range, report);
  }
}

function checkName({ from, name }: Stage, seen: Set<string>, report: Report): void {
  if (name === undefined || from.aliasAsWritten === undefined) return;
  const { range } = from.raw;
  if (from.aliasAsWritten !== name) report('StageNameCasing', `Stage name '${from.aliasAsWritten}' should be lowercase`, range);
  if (seen.has(name)) report('DuplicateStageName', `Duplicate stage name ${JSON.stringify(from.aliasAsWritten)}, stage names should be unique`, range);
  if (name === 'scratch' || name === 'context')
    report('ReservedStageName', `Stage name should not use the same name as reserved stage ${JSON.stringify(name)}`, range);
  seen.add(name);
}

function checkAsCasing({ raw }: FromInstruction, report: Report): void {
  const as = raw.rest.split(/\s+/)[1];
  if (as === undefined) return;
  if (casing(as) !== casing(raw.keywordAsWritten)) report('FromAsCasing', `'${as}' and '${raw.keywordAsWritten}' keywords' casing do not match`, raw.range);
}

function casing(word: string): 'upper' | 'lower' | 'mixed' {
  if (word === word.toUpperCase()) return 'upper';
  return word === word.toLowerCase() ? 'lower' : 'mixed';
}

function checkPlatform({ platform, raw }: FromInstruction, report: Report): void {
  if (platform === undefined) return;
  if (/^\$\{?TARGETPLATFORM\}?$/.test(platform))
    report('RedundantTargetPlatform', `Setting platform to predefined ${platform} in FROM is redundant as this is the default behavior`, raw.range);
  else if (!platform.includes('$'))
    report('FromPlatformFlagConstDisallowed', `FROM --platform flag should not use constant value ${JSON.stringify(platform)}`, raw.range);
}

function checkBaseName({ globalArgs }: Dockerfile, { from }: Stage, { buildArgs, platformArgs }: CheckContext, report: Report): void {
  const defaults = globalDefaults(globalArgs);
  const known = [...defaults.keys(), ...platformArgs];
  for (const word of [from.image, from.platform ?? '']) {
    for (const name of unsetIn(word, (variable) => (known.includes(variable) ? 'set' : undefined))) {
      const near = nearest(name, known);
      report('UndefinedArgInFrom', `FROM argument '${name}' is not declared${near === undefined ? '' : ` (did you mean ${near}?)`}`, from.raw.range);
    }
  }
  if (!from.image.includes('$')) return;
  const byDefault = quietly(() => expandWord(from.image, (name) => defaults.get(name) ?? (platformArgs.includes(name) ? 'linux' : undefined)));
  const invalid = byDefault !== undefined && (byDefault === '' || /[:@]$|^[:/@]|\/\/|[:@/]{2}|\/$/.test(byDefault));
  const given = Object.keys(buildArgs).some((name) => from.image.includes(name));
  if (invalid && !given) report('InvalidDefaultArgInFrom', `Default value for ARG ${from.image} results in empty or invalid base image name`, from.raw.range);
}

function globalDefaults(globalArgs: readonly ArgInstruction[]): Map<string, string> {
  const defaults = new Map<string, string>();
  for (const { args } of globalArgs)
    for (const { name, value = '' } of args) defaults.set(name, quietly(() => expandWord(value, (other) => defaults.get(other))) ?? value);
  return defaults;
}

/** A comment right above a named stage or an ARG is taken for its description. */
export function checkDescription(comments: readonly string[], name: string | undefined, range: LineRange, report: Report, stage?: number): void {
  const last = comments.at(-1);
  if (name === undefined || last === undefined || last === '' || /^(syntax|escape|check)\s*=/i.test(last)) return;
  if (!last.startsWith(`${name} `))
    report(
      'InvalidDefinitionDescription',
      `Comment for ${comments.length > 0 && stage !== undefined ? 'build argument' : 'build stage'} should follow the format: \`# ${name} <description>\``,
      range,
      stage,
    );
}

/** Names of variables in a word that are not set. A word that cannot be expanded is an error of the build, not a finding. */
export function unsetIn(word: string, lookup: (name: string) => string | undefined, escape: '\\' | '`' = '\\'): string[] {
  const names: string[] = [];
  const noting = (name: string): string | undefined => {
    const value = lookup(name);
    if (value === undefined) names.push(name);
    return value;
  };
  quietly(() => expandWord(word, noting, { escape }));
  return [...new Set(names)];
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined; // The build itself will say what is wrong.
  }
}
