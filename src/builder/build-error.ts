import { EngineError, isEngineError, messageOf } from '../base/index.ts';
import type { ErrorCode } from '../base/index.ts';
import { DockerfileError } from '../dockerfile/index.ts';
import type { LineRange } from '../dockerfile/index.ts';

/** A RUN step that ended with another code than 0. */
export interface FailedRun {
  readonly args: readonly string[];
  readonly exitCode: number;
}

/** An error of a build with the place in the Dockerfile where it arose. */
export class BuildError extends EngineError {
  readonly range: LineRange | undefined;
  /** Command and exit code of the RUN step that failed. */
  readonly failedRun: FailedRun | undefined;

  constructor(code: ErrorCode, message: string, options: { range?: LineRange | undefined; failedRun?: FailedRun | undefined; cause?: unknown } = {}) {
    super(code, message, { cause: options.cause, details: options.range ? { line: options.range.start } : {} });
    this.name = 'BuildError';
    this.range = options.range;
    this.failedRun = options.failedRun;
  }
}

/** Gives an error its place, unless it has one. */
export function buildError(error: unknown, range: LineRange | undefined): BuildError | DockerfileError {
  if (error instanceof BuildError && error.range) return error;
  if (error instanceof DockerfileError && error.range) return error;
  const failedRun = error instanceof BuildError ? error.failedRun : undefined;
  return new BuildError(isEngineError(error) ? error.code : 'INTERNAL', messageOf(error), { range, cause: error, failedRun });
}
