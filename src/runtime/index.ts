export type * from './types.ts';
export type { LogEntry, ReadLogsOptions } from './log-types.ts';
export type { SpecHostConfig, SpecInput, SpecMount } from './spec-input.ts';
