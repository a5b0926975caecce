import type { Invocation } from '../invocation.ts';
import { containerOfService } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose attach`: joins a running container of a service. */
export async function run(call: Invocation): Promise<number> {
  const client = await call.connect();
  const container = await containerOfService(client, projectOrName(call), call.args[0] ?? '', { index: call.flags.int('index') });
  const { run: attach } = await import('../commands/container/attach.ts');
  return await attach({ ...call, args: [container.id] });
}
