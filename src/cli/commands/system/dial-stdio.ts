import { pipeline } from 'node:stream/promises';
import type { Invocation } from '../../invocation.ts';

/** `system dial-stdio`: stdin and stdout become the engine's socket, for clients that come over ssh. */
export async function run({ stdin, stdout, connect, globals, config, env }: Invocation): Promise<void> {
  await connect();
  const { resolveEndpoint } = await import('../../connect/endpoint.ts');
  const { openRaw } = await import('../../connect/open-raw.ts');
  const socket = await openRaw((await resolveEndpoint(globals, config, env)).host);
  const sending = pipeline(stdin, socket);
  await pipeline(socket, stdout, { end: false });
  sending.catch(() => undefined);
}
