export { openBuildProgress } from './build-progress.ts';
export type { BuildProgressOptions, BuildView, ProgressMode } from './build-progress.ts';
