import { splitReference } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { containerOfService } from './selection.ts';
import { isDryRun, projectOrName } from './session.ts';

/** `compose commit`: makes an image of a container of a service, and prints its id. */
export async function run(call: Invocation): Promise<void> {
  const { flags, args, stdout } = call;
  const [service = '', reference] = args;
  const client = await call.connect();
  const container = await containerOfService(client, projectOrName(call), service, { index: flags.int('index'), running: false });
  if (isDryRun(call)) {
    call.stderr.write(` DRY-RUN MODE -  Container ${container.name}  would become ${reference ?? 'an image without a name'}\n`);
    return;
  }
  const target = reference === undefined ? undefined : splitReference(reference);
  const { Id } = await client.containers.commit(container.id, {
    repo: target?.name,
    tag: target?.tag,
    author: flags.string('author') || undefined,
    comment: flags.string('message') || undefined,
    changes: flags.list('change'),
    pause: flags.bool('pause'),
  });
  stdout.write(`${Id}\n`);
}
