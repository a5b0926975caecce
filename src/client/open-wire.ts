import type { Host } from './host.ts';
import type { TlsOptions } from './types.ts';
import type { Wire } from './wire.ts';

/** Opens a byte stream to an engine. Rejects with the system's error. */
export async function openWire(host: Host, tls: TlsOptions | undefined): Promise<Wire> {
  if (host.kind === 'unix' && 'Bun' in globalThis) return await (await import('./open-bun.ts')).openBun(host.path);
  return await (await import('./open-socket.ts')).openSocket(host, tls);
}
