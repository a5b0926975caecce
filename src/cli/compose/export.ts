import type { Invocation } from '../invocation.ts';
import { containerOfService } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose export`: the files of a container of a service as a tar archive. */
export async function run(call: Invocation): Promise<void> {
  const client = await call.connect();
  const container = await containerOfService(client, projectOrName(call), call.args[0] ?? '', { index: call.flags.int('index'), running: false });
  const { run: exportFiles } = await import('../commands/container/export.ts');
  await exportFiles({ ...call, args: [container.id] });
}
