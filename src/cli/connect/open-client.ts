import { type Client, createClient } from '../../client/index.ts';
import type { ConfigFile } from '../config/config-file.ts';
import type { Flags } from '../parse/flags.ts';
import { defaultSocket, resolveEndpoint } from './endpoint.ts';

/** A client of the engine that this call is meant for. At the default socket an engine is started when nobody answers. */
export async function openClient(globals: Flags, config: () => ConfigFile, env: NodeJS.ProcessEnv): Promise<Client> {
  const { host, tls, own } = await resolveEndpoint(globals, config, env);
  if (own && !(await answers(defaultSocket))) {
    const { startEngine } = await import('./start-engine.ts');
    await startEngine(defaultSocket);
  }
  const headers = config().values.HttpHeaders;
  const apiVersion = env['DOCKER_API_VERSION'];
  return createClient({ host, ...(tls ? { tls } : {}), ...(headers ? { headers } : {}), ...(apiVersion ? { apiVersion } : {}) });
}

/** True when somebody takes connections at the socket, or when only permission is missing. */
export async function answers(path: string): Promise<boolean> {
  const { createConnection } = await import('node:net');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createConnection({ path }, () => resolve(true));
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EACCES'));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
