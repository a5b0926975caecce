import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Host } from './host.ts';
import type { TlsOptions } from './types.ts';

/** Opens a byte stream to an engine. Rejects with the system's error. */
export async function openSocket(host: Host, tls: TlsOptions | undefined): Promise<Duplex> {
  if (host.kind === 'unix') return await connected(createConnection({ path: host.path }), 'connect');
  if (host.kind === 'ssh') return await (await import('./open-ssh.ts')).openSsh(host);
  if (host.secure || tls) return await openTls(host, tls ?? {});
  return await connected(createConnection({ host: host.hostname, port: host.port }).setNoDelay(true), 'connect');
}

async function openTls(host: Extract<Host, { kind: 'tcp' }>, options: TlsOptions): Promise<Socket> {
  const { connect } = await import('node:tls');
  const { ca, cert, key } = options;
  const material = { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  const socket = connect({ host: host.hostname, port: host.port, servername: host.hostname, rejectUnauthorized: options.verify !== false, ...material });
  return await connected(socket, 'secureConnect');
}

async function connected<T extends Socket>(socket: T, event: string): Promise<T> {
  await once(socket, event);
  return socket;
}
