import type { EventMessage, Filters } from '../api/index.ts';
import { streamJson } from './stream-json.ts';
import type { Connection } from './types.ts';

/** From when to when (unix seconds or RFC 3339; without `until` for ever) and which. */
export interface SystemEventsOptions {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly filters?: Filters | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Events as they happen. */
export function systemEvents(connection: Connection, options: SystemEventsOptions = {}): AsyncGenerator<EventMessage> {
  const { since, until, filters, signal } = options;
  return streamJson(connection, 'GET', '/events', { query: { since, until, filters }, signal });
}

/** Events, after the engine has begun to send: what happens after the promise settles is in the stream. */
export async function systemEventsReady(connection: Connection, options: SystemEventsOptions = {}): Promise<AsyncIterable<EventMessage>> {
  const { jsonLines } = await import('../base/index.ts');
  const { since, until, filters, signal } = options;
  const { body } = await connection.call('GET', '/events', { query: { since, until, filters }, signal });
  return jsonLines<EventMessage>(body);
}
