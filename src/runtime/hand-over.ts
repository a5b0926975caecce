import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** More than this in our memory already, and the connection stays with us. */
const maxEarlyBytes = 16 * 1024;

/** A client's connection, ready to be given away: its descriptor, and what it has said that nobody has taken yet. */
export interface Detached {
  readonly fd: number;
  readonly early: Buffer;
}

/** A socket's native handle, as far as it is needed here; Node has no public name for it. */
interface Handle {
  readonly fd?: number;
  readStop(): void;
}

/** True for a connection whose bytes are the kernel's business alone: a plain unix or TCP socket with nothing left to write. */
export function canHandOver(client: Duplex): client is Socket {
  return client instanceof Socket && !('encrypted' in client) && fdOf(client) >= 0 && client.writableLength === 0;
}

/** Stops reading from a connection. The descriptor stays ours: it is sent as a duplicate, then the socket is destroyed. */
export function detach(client: Socket): Detached | undefined {
  if (client.destroyed || !canHandOver(client)) return undefined;
  client.removeAllListeners('data').removeAllListeners('readable');
  client.pause();
  const early: Buffer[] = [];
  for (let chunk = client.read() as Buffer | null; chunk !== null; chunk = client.read() as Buffer | null) early.push(chunk);
  const bytes = Buffer.concat(early);
  if (bytes.length > maxEarlyBytes) {
    client.unshift(bytes);
    return undefined;
  }
  stopReading(client); // last: each read() above starts the handle again
  return { fd: fdOf(client), early: bytes };
}

/** `pause()` alone lets the handle read on into the stream's buffer. */
function stopReading(client: Socket): void {
  handleOf(client)?.readStop();
}

function handleOf(client: Socket): Handle | null | undefined {
  return (client as unknown as { _handle?: Handle | null })._handle;
}

function fdOf(client: Socket): number {
  return handleOf(client)?.fd ?? -1;
}
