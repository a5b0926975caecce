export { answerBuild, answerBuildCheck } from './answer-build.ts';
export type { BuildCall } from './answer-build.ts';
export { BuildError } from './build-error.ts';
export { Builder } from './builder.ts';
export type { BuildFolder, BuildObserver, BuildOutcome } from './builder.ts';
export type { CachePruned, CachePruneOptions, CacheUsage } from './cache/usage.ts';
export type { BuildQuery } from './parse-query.ts';
export type { BuildRequest, NamedContext } from './request.ts';
export type { BuildContent, BuilderDependencies, BuildImages, BuildRecords, BuildSnapshots, BuildStep, RunStep, StepMount, StepResources } from './types.ts';
