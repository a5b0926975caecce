import { EngineError } from '../base/index.ts';
import { readLogFrames } from '../runtime/index.ts';
import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';
import { invalid } from './invalid.ts';
import { logPath } from './log-options.ts';

/** What a client wants of a container's log. */
export interface LogsOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow?: boolean;
  /** Before every line, its time. */
  readonly timestamps?: boolean;
  /** Before every line, the attributes of the log options. */
  readonly details?: boolean;
  /** "1700000000.123456789" or RFC 3339. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** A number, or "all". */
  readonly tail?: string | undefined;
  readonly signal?: AbortSignal;
  /** Each piece is only good until the next one is asked for. */
  readonly reuse?: boolean;
}

/** Finds what logs need, so that errors come before the first byte. */
export function readableLogs(engine: EngineContext, reference: string, options: LogsOptions): Container {
  if (!options.stdout && !options.stderr) throw invalid('Bad parameters: you must choose at least one stream');
  const container = engine.containers.resolve(reference);
  if (container.record.hostConfig.LogConfig.Type === 'none') throw new EngineError('NOT_IMPLEMENTED', 'configured logging driver does not support reading');
  parseLogTime(options.since);
  parseLogTime(options.until);
  return container;
}

/** The log as bytes: frames, or raw for a container with a terminal. */
export async function* containerLogs(engine: EngineContext, container: Container, options: LogsOptions): AsyncGenerator<Buffer> {
  yield* readLogFrames({
    path: logPath(engine, container),
    stdout: options.stdout,
    stderr: options.stderr,
    follow: options.follow === true && container.isRunning,
    ended: untilStopped(container, options.signal),
    since: parseLogTime(options.since),
    until: parseLogTime(options.until),
    tail: parseTail(options.tail),
    signal: options.signal,
    raw: container.record.config.Tty,
    timestamps: options.timestamps,
    details: options.details ? formatDetails : undefined,
    reuse: options.reuse,
  });
}

/** Settles when the container's runs are over: a restart policy's next run goes on in the same log. */
function untilStopped(container: Container, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = (): void => {
    if (!container.isRunning) finish();
  };
  const finish = (): void => {
    container.signals.off('exit', check).off('removed', finish);
    resolve();
  };
  container.signals.on('exit', check).on('removed', finish);
  signal?.addEventListener('abort', finish, { once: true });
  check();
  return promise;
}

function formatDetails(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join(',');
}

/** Nanoseconds since 1970 of "1700000000.5" or RFC 3339; undefined for none and for 0. */
export function parseLogTime(text: string | undefined): bigint | undefined {
  if (text === undefined || text === '' || text === '0') return undefined;
  const [, seconds, fraction = ''] = /^(-?\d{1,12})(?:\.(\d{1,9}))?\d*$/.exec(text) ?? [];
  if (seconds !== undefined) return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw invalid(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
  return BigInt(milliseconds) * 1_000_000n;
}

function parseTail(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
