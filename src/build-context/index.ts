export { openBuildContext, openDockerfileOnly, openNamedContext } from './build-context.ts';
export type { BuildContext, BuildContextOptions } from './build-context.ts';
