export { bundled, nativeFile, workerFile } from './beside.ts';
export { EngineError, isEngineError, messageOf, systemCode } from './error.ts';
export type { ErrorCode, ErrorExtras } from './error.ts';
export { jsonLines } from './json-lines.ts';
export { parseGoDuration, parseMoment } from './moment.ts';
export { nodeFlags } from './node-flags.ts';
export { randomId, shortId } from './random-id.ts';
export { Semaphore } from './semaphore.ts';
export { SingleFlight } from './single-flight.ts';
