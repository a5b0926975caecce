import { segment } from './query.ts';
import type { Connection, Hijacked } from './types.ts';

/** `stream` follows what comes, `logs` sends first what was; each of the three streams is asked for by name. */
export interface ContainerAttachOptions {
  readonly stream?: boolean | undefined;
  readonly logs?: boolean | undefined;
  readonly stdin?: boolean | undefined;
  readonly stdout?: boolean | undefined;
  readonly stderr?: boolean | undefined;
  readonly detachKeys?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Joins a container's standard streams. The caller owns the socket: multiplexed frames come, or raw bytes with a terminal; bytes written go to stdin. */
export function containerAttach(connection: Connection, id: string, options: ContainerAttachOptions = {}): Promise<Hijacked> {
  const { stream = true, logs, stdin, stdout, stderr, detachKeys, signal } = options;
  const on = (value: boolean | undefined): true | undefined => value || undefined;
  const query = { stream: on(stream), logs: on(logs), stdin: on(stdin), stdout: on(stdout), stderr: on(stderr), detachKeys };
  return connection.hijack('POST', `/containers/${segment(id)}/attach`, { query, signal });
}
