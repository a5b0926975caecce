import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { containerOfService } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose port`: where a container's port is published. */
export async function run(call: Invocation): Promise<void> {
  const { flags, args, stdout } = call;
  const [service = '', port = ''] = args;
  if (!/^\d+$/.test(port)) throw new ExitError(1, `invalid port "${port}": it must be a number`);
  const client = await call.connect();
  const container = await containerOfService(client, projectOrName(call), service, { index: flags.int('index'), running: false });
  const protocol = flags.string('protocol').toLowerCase();
  const found = (container.summary.Ports ?? []).find(({ PrivatePort, PublicPort, Type }) => PrivatePort === Number(port) && Type === protocol && PublicPort);
  if (!found)
    throw new ExitError(
      1,
      `no port ${port}/${protocol} for container ${container.name}: ${(container.summary.Ports ?? []).map((one) => `${one.PrivatePort}/${one.Type}`).join(', ')}`,
    );
  const ip = found.IP ?? '0.0.0.0';
  stdout.write(`${ip.includes(':') ? `[${ip}]` : ip}:${found.PublicPort}\n`);
}
