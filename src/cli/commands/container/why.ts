import { isEngineError } from '../../../base/index.ts';
import { type Client, segment } from '../../../client/index.ts';
import type { Invocation } from '../../invocation.ts';
import { findings, type PortFinding } from './why-findings.ts';

/** `why`: tells in sentences why a container stopped, restarts, or cannot be reached. */
export async function run({ args, flags, stdout, connect }: Invocation): Promise<void> {
  const client = await connect();
  const container = await client.containers.inspect(args[0] ?? '');
  const [ports, others] = await Promise.all([portFindings(client, container.Id), client.containers.list({ all: false })]);
  const found = findings(container, { ports, others, now: Date.now() });
  if (flags.bool('json')) stdout.write(`${JSON.stringify(found)}\n`);
  else stdout.write(found.map(({ text, hint }) => `${text}${hint ? `\n  → ${hint}` : ''}\n`).join(''));
}

/** What the engine sees behind each published port; only Slipway's engine knows. */
async function portFindings(client: Client, id: string): Promise<readonly PortFinding[] | undefined> {
  try {
    return (await client.connection.json<{ Ports: readonly PortFinding[] }>('GET', `/containers/${segment(id)}/diagnosis`)).Ports;
  } catch (error) {
    if (isEngineError(error, 'NOT_FOUND') || isEngineError(error, 'INVALID_ARGUMENT') || isEngineError(error, 'NOT_IMPLEMENTED')) return undefined;
    throw error;
  }
}
