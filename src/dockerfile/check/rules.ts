import type { LineRange } from '../types.ts';

/** The rules of `build --check` by name: what each is about. Texts are BuildKit's, tools match them. Source: docs.docker.com/reference/build-checks. */
export const RULES = {
  StageNameCasing: 'Stage names should be lowercase',
  FromAsCasing: "The 'as' keyword should match the case of the 'from' keyword",
  NoEmptyContinuation: 'Empty continuation lines will become errors in a future release',
  ConsistentInstructionCasing: 'All commands within the Dockerfile should use the same casing (either upper or lower)',
  DuplicateStageName: 'Stage names should be unique',
  ReservedStageName: 'Reserved words should not be used as stage names',
  JSONArgsRecommended: 'JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals',
  MaintainerDeprecated: 'The MAINTAINER instruction is deprecated, use a label instead to define an image author',
  UndefinedArgInFrom: 'FROM command must use declared ARGs',
  WorkdirRelativePath: 'Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes',
  UndefinedVar: 'Variables should be defined before their use',
  MultipleInstructionsDisallowed: 'Multiple instructions of the same type should not be used in the same stage',
  LegacyKeyValueFormat: 'Legacy key/value format with whitespace separator should not be used',
  InvalidBaseImagePlatform: 'Base image platform does not match expected target platform',
  RedundantTargetPlatform: 'Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior',
  SecretsUsedInArgOrEnv: 'Sensitive data should not be used in the ARG or ENV commands',
  InvalidDefaultArgInFrom: 'Default value for global ARG results in an empty or invalid base image name',
  FromPlatformFlagConstDisallowed: 'FROM --platform flag should not use a constant value',
  CopyIgnoredFile: 'Attempting to Copy file that is excluded by .dockerignore',
  InvalidDefinitionDescription:
    'Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.',
  ExposeProtoCasing: 'Protocol in EXPOSE instruction should be lowercase',
  ExposeInvalidFormat: 'IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release',
} as const;

export type RuleName = keyof typeof RULES;

/** Rules that run only where the Dockerfile asks for them: `# check=experimental=all`. */
export const EXPERIMENTAL_RULES: ReadonlySet<RuleName> = new Set(['CopyIgnoredFile', 'InvalidDefinitionDescription']);

/** A place that a rule does not like. */
export interface Finding {
  readonly rule: RuleName;
  readonly message: string;
  readonly range: LineRange;
  /** Stage it is in; undefined for what concerns the whole file. */
  readonly stage?: number;
}

/** Where the rule is explained. */
export function ruleUrl(rule: RuleName): string {
  const words = rule.replace(/^JSON/, 'Json').replace(/[A-Z]/g, (letter, at: number) => `${at > 0 ? '-' : ''}${letter.toLowerCase()}`);
  return `https://docs.docker.com/go/dockerfile/rule/${words}/`;
}

/** `# check=skip=A,B;error=true;experimental=all` */
export interface CheckSettings {
  readonly skip: ReadonlySet<string>;
  readonly skipAll: boolean;
  readonly error: boolean;
  readonly experimental: ReadonlySet<string>;
  readonly experimentalAll: boolean;
}

/** Reads the directive; also the build argument BUILDKIT_DOCKERFILE_CHECK, which wins. */
export function parseCheckSettings(text: string | undefined): CheckSettings {
  const fields = new Map(
    (text ?? '').split(';').map((part): [string, string] => [part.split('=', 1)[0]?.trim().toLowerCase() ?? '', part.slice(part.indexOf('=') + 1).trim()]),
  );
  const names = (field: string): string[] =>
    (fields.get(field) ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
  const skip = names('skip');
  const experimental = names('experimental');
  return {
    skip: new Set(skip),
    skipAll: skip.includes('all'),
    error: fields.get('error')?.toLowerCase() === 'true',
    experimental: new Set(experimental),
    experimentalAll: experimental.includes('all'),
  };
}
