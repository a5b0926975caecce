import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Host } from './host.ts';
import type { TlsOptions } from './types.ts';
import { Wire } from './wire.ts';

/** Opens a byte stream by Node's means. Rejects with the system's error. */
export async function openSocket(host: Host, tls: TlsOptions | undefined): Promise<Wire> {
  if (host.kind === 'ssh') return wireOf(await (await import('./open-ssh.ts')).openSsh(host));
  if (host.kind === 'unix') return wireOf(await connected(createConnection({ path: host.path }), 'connect'));
  if (host.secure || tls) return wireOf(await openTls(host, tls ?? {}));
  return wireOf(await connected(createConnection({ host: host.hostname, port: host.port }).setNoDelay(true), 'connect'));
}

async function openTls(host: Extract<Host, { kind: 'tcp' }>, options: TlsOptions): Promise<Duplex> {
  const { connect } = await import('node:tls');
  const { ca, cert, key } = options;
  const material = { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  const socket = connect({ host: host.hostname, port: host.port, servername: host.hostname, rejectUnauthorized: options.verify !== false, ...material });
  return await connected(socket, 'secureConnect');
}

async function connected<T extends Duplex>(socket: T, event: string): Promise<T> {
  await once(socket, event);
  return socket;
}

function wireOf(socket: Duplex & { ref?: () => void; unref?: () => void }): Wire {
  const wire = new Wire().over({
    send: (bytes) => socket.write(bytes),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.end(),
    destroy: () => socket.destroy(),
    hold: (held) => (held ? socket.ref?.() : socket.unref?.()),
  });
  socket
    .on('data', (bytes: Buffer) => wire.received(bytes))
    .on('drain', () => wire.drained())
    .on('end', () => wire.finished())
    .on('close', () => wire.finished())
    .on('error', (error: Error) => wire.finished(error));
  return wire;
}
