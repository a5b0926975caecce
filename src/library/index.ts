export { startEngineProcess } from './engine-process.ts';
export type { EngineProcess } from './engine-process.ts';
export { privateRoots, rootFlags } from './private-roots.ts';
export type { PrivateRoots } from './private-roots.ts';
export { startEngine } from './start-engine.ts';
export type { PrivateEngine, StartEngineOptions } from './start-engine.ts';
