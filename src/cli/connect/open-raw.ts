import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { parseHost } from '../../client/index.ts';
import { ExitError } from '../parse/usage-error.ts';

/** A bare connection to an engine's socket, for those who speak HTTP themselves. */
export async function openRaw(host: string): Promise<Socket> {
  const where = parseHost(host);
  if (where.kind === 'ssh') throw new ExitError(1, `cannot pass a connection on to ${host}: name the engine's own socket`);
  const socket =
    where.kind === 'unix'
      ? createConnection({ path: where.path, allowHalfOpen: true })
      : createConnection({ host: where.hostname, port: where.port, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}
