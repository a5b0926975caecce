import type { BuildCheckResult } from '../api/index.ts';
import type { Dockerfile } from '../dockerfile/index.ts';
import type { BuildSource } from './load-source.ts';
import type { BuildRequest } from './request.ts';

/** Runs the build checks over a Dockerfile. */
export function checkDockerfile(_dockerfile: Dockerfile, _source: BuildSource, _request: BuildRequest): BuildCheckResult {
  return { warnings: [], failed: false };
}
