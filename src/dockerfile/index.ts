export { checkDockerfile } from './check/check-dockerfile.ts';
export type { CheckOutcome } from './check/check-dockerfile.ts';
export type { CheckContext } from './check/check-stages.ts';
export { RULES, ruleUrl } from './check/rules.ts';
export type { Finding, RuleName } from './check/rules.ts';
export { DockerfileError, nearest, sourceExcerpt } from './dockerfile-error.ts';
export { parseDuration } from './duration.ts';
export { compileGlob, hasWildcard, unescapePath } from './glob.ts';
export { heredocText, parseHeredoc } from './heredoc.ts';
export { ignoreFileNames, ignoreRules, IgnoreRules, parseIgnore } from './ignore.ts';
export type { IgnoreRule } from './ignore.ts';
export { parseDockerfile, parseInstruction, parseTrigger } from './parse.ts';
export { expandWord, expandWords } from './shell-words.ts';
export type { ExpandOptions, Lookup } from './shell-words.ts';
export type {
  ArgInstruction,
  CommandForm,
  CommandInstruction,
  CopyInstruction,
  Directives,
  Dockerfile,
  EnvInstruction,
  FromInstruction,
  HealthcheckInstruction,
  Heredoc,
  Instruction,
  KeyValue,
  LineRange,
  ListInstruction,
  OnbuildInstruction,
  ParseWarning,
  RawInstruction,
  RunInstruction,
  ShellInstruction,
  Stage,
  WordInstruction,
} from './types.ts';
