import { once } from 'node:events';
import { isEngineError, messageOf } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';
import { containerLines } from '../../compose/index.ts';
import type { LogPrinter } from './log-printer.ts';

/** What is read of a container's log. */
export interface ReadLogOptions {
  readonly follow?: boolean;
  readonly tail?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly timestamps?: boolean;
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
    const { Config } = await client.containers.inspect(id);
    const { body } = await client.containers.logs(id, options);
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
