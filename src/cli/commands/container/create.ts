import type { Invocation } from '../../invocation.ts';
import { checkedBody } from './checked-body.ts';
import { createContainer } from './create-container.ts';

/** `create`: makes a container and prints its ID. */
export async function run(call: Invocation): Promise<void> {
  const body = checkedBody(call);
  const client = await call.connect();
  const { Id } = await createContainer(call, client, body);
  call.stdout.write(`${Id}\n`);
}
