import { formatReference, parseReference } from '../../../oci/index.ts';
import type { Invocation } from '../../invocation.ts';
import { platformOf } from '../container/create-container.ts';
import { pull } from './pull-image.ts';
import { transferName } from './transfer-name.ts';

/** `pull`: downloads an image and prints its full name last. */
export async function run(call: Invocation): Promise<void> {
  const { stdout, connect } = call;
  const { full, allTags, quiet } = transferName(call);
  const client = await connect();
  await pull(call, client, full, { platform: platformOf(call), quiet, allTags, out: stdout });
  stdout.write(`${formatReference(parseReference(full))}\n`);
}
