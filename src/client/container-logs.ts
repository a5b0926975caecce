import type { Answer, Connection } from './types.ts';
import { segment } from './query.ts';

/** Which lines. Times are RFC 3339, unix seconds ("1700000000.5"), as the engine takes them; `tail` is a number or "all". */
export interface ContainerLogsOptions {
  readonly stdout?: boolean | undefined;
  readonly stderr?: boolean | undefined;
  readonly follow?: boolean | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly tail?: string | undefined;
  readonly timestamps?: boolean | undefined;
  readonly details?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A container's log: multiplexed frames, or raw bytes when it has a terminal. The caller reads `body` to its end or destroys it. */
export function containerLogs(connection: Connection, id: string, options: ContainerLogsOptions = {}): Promise<Answer> {
  const { stdout = true, stderr = true, follow, since, until, tail, timestamps, details, signal } = options;
  const query = { stdout, stderr, follow: follow || undefined, since, until, tail, timestamps: timestamps || undefined, details: details || undefined };
  return connection.call('GET', `/containers/${segment(id)}/logs`, { query, signal });
}
