import type { BuildCheckResult, BuildWarning } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import { checkDockerfile as findingsOf, RULES, ruleUrl, sourceExcerpt } from '../dockerfile/index.ts';
import type { Dockerfile, Finding } from '../dockerfile/index.ts';
import { platformArgs } from './frontend/platform-args.ts';
import type { BuildSource } from './load-source.ts';
import type { BuildRequest } from './request.ts';
import type { BuildImages } from './types.ts';

/** What is checked, and with what. */
export interface CheckOptions {
  readonly source: BuildSource;
  readonly request: BuildRequest;
  readonly images: Pick<BuildImages, 'find'>;
  /** Only findings of these stages; all when absent. */
  readonly stages?: ReadonlySet<number>;
}

/** Runs the build checks over a Dockerfile. Base images that are not here are not pulled for it: what only they could tell is left out. */
export function checkDockerfile(dockerfile: Dockerfile, { source, request, images, stages }: CheckOptions): BuildCheckResult & { rules: readonly string[] } {
  const host = { os: '', architecture: '' };
  const { findings, failed } = findingsOf(dockerfile, {
    buildArgs: request.buildArgs,
    platformArgs: Object.keys(platformArgs(host, host, '')),
    baseEnv: (image) => baseEnv(images, image),
    isIgnored: (path) => source.ignore.ignores(path),
  });
  const shown = findings.filter(({ stage }) => stage === undefined || !stages || stages.has(stage));
  return { warnings: shown.map((finding) => warningOf(finding, source)), failed, rules: [...new Set(findings.map(({ rule }) => rule))] };
}

/** Ends a build whose Dockerfile says `# check=error=true`. */
export function refuseViolations({ failed, rules }: { failed: boolean; rules: readonly string[] }): void {
  if (failed) throw new EngineError('INVALID_ARGUMENT', `lint violation found for rules: ${rules.join(', ')}`);
}

function baseEnv(images: Pick<BuildImages, 'find'>, image: string): string[] | undefined {
  if (image.includes('$')) return undefined;
  const env = images.find(image)?.config.config?.Env;
  return env?.map((variable) => variable.slice(0, variable.indexOf('=')));
}

function warningOf({ rule, message, range }: Finding, source: BuildSource): BuildWarning {
  return {
    rule,
    message,
    description: RULES[rule],
    url: ruleUrl(rule),
    line: range.start,
    excerpt: sourceExcerpt(source.dockerfileName, source.dockerfile, range),
  };
}
