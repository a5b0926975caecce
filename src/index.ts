/** The library: an engine of your own, and a client for any engine that speaks the Docker Engine API. */
export { EngineError } from './base/index.ts';
export type { ErrorCode } from './base/index.ts';
export { Client, createClient } from './client/index.ts';
export { startEngine } from './library/index.ts';
export type { PrivateEngine, StartEngineOptions } from './library/index.ts';
export type * from './api/index.ts';
