import type { ContainerStats } from '../api/index.ts';
import { segment } from './query.ts';
import { streamJson } from './stream-json.ts';
import type { Connection } from './types.ts';

/** `stream: false` gives one sample; `oneShot` skips the second reading that CPU percentages need. */
export interface ContainerStatsOptions {
  readonly stream?: boolean | undefined;
  readonly oneShot?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Resource use, one sample a second. */
export function containerStats(connection: Connection, id: string, options: ContainerStatsOptions = {}): AsyncGenerator<ContainerStats> {
  const { stream = true, oneShot, signal } = options;
  return streamJson(connection, 'GET', `/containers/${segment(id)}/stats`, { query: { stream, 'one-shot': oneShot || undefined }, signal });
}
