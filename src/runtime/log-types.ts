/** One piece of output: a line with its newline, or a part of a very long one. */
export interface LogEntry {
  /** RFC 3339 with nanoseconds, UTC. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export interface ReadLogsOptions {
  /** The `path` that the container was started with. */
  readonly path: string;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Go on with what is written later, until `ended` says that the container writes no more, or `signal` aborts. */
  readonly follow?: boolean | undefined;
  /** Settles when the container has ended; only read with `follow`. */
  readonly ended?: Promise<unknown> | undefined;
  /** Only entries at or after this instant, in nanoseconds since the epoch. */
  readonly since?: bigint | undefined;
  /** Only entries at or before this instant, in nanoseconds since the epoch. */
  readonly until?: bigint | undefined;
  /** Only the last N entries; all when absent. */
  readonly tail?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}
