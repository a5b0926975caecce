import { once } from 'node:events';
import { isEngineError, messageOf } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';
import { containerLines } from '../../compose/index.ts';
import { engineTime } from '../flags/engine-time.ts';
import type { LogPrinter } from './log-printer.ts';

/** What is read of a container's log. */
export interface ReadLogOptions {
  readonly follow?: boolean;
  readonly tail?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly timestamps?: boolean;
  /** Only what the run wrote whose start was told of at this time, in nanoseconds; `since` and `tail` do not count then. */
  readonly runOf?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Prints a container's log under a name until its end. A container that is removed meanwhile is an end too. */
export async function printLogs(
  client: Client,
  id: string,
  name: string,
  printer: LogPrinter,
  options: ReadLogOptions,
  stdout: NodeJS.WriteStream,
): Promise<void> {
  printer.register(name);
  try {
    const { Config, State } = await client.containers.inspect(id);
    const which = options.runOf === undefined ? options : { ...options, tail: 'all', since: beginOfRun(options.runOf, State.FinishedAt) };
    const { body } = await client.containers.logs(id, which);
    for await (const line of containerLines(body, Config.Tty)) {
      if (!printer.line({ name, ...line })) await once(stdout, 'drain');
    }
  } catch (error) {
    if (options.signal?.aborted || isEngineError(error, 'NOT_FOUND')) return;
    if (isEngineError(error, 'NOT_IMPLEMENTED') || /configured logging driver does not support reading/.test(messageOf(error))) {
      printer.line({ name, stream: 'stderr', text: `WARNING: no logs are available with this logging driver` });
      return;
    }
    throw error;
  }
}

/**
 * From when on a log is that of the run whose start was told of at `startNanos`: from the end of the run before, as it may have written
 * before its start was told. When it has ended itself already, from its start.
 *
 * @param finishedAt the container's last end, "0001-01-01T00:00:00Z" when it has had none
 */
export function beginOfRun(startNanos: number, finishedAt: string): string | undefined {
  if (finishedAt.startsWith('0001-')) return undefined;
  return Date.parse(finishedAt) < startNanos / 1e6 ? engineTime(finishedAt) : (startNanos / 1e9 - 0.001).toFixed(9);
}
