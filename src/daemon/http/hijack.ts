import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { socketQueuedBytes } from '../../linux/index.ts';
import type { Hijacked } from './call.ts';

/** How long output waits for a client that has not read the head yet. */
const SETTLE_LIMIT_MS = 200;

/**
 * Takes a connection that asked for an upgrade. The head is Docker's, to the letter: clients compare it.
 * Source: moby daemon/server/router/container/container_routes.go, "101 UPGRADED".
 */
export function hijackUpgraded(socket: Socket, contentType: string): Hijacked {
  socket.write(`HTTP/1.1 101 UPGRADED\r\nContent-Type: ${contentType}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`);
  return { stream: socket, settled: () => settled(socket) };
}

/** Takes a connection of a client that sent no `Upgrade` header: raw bytes follow a plain 200. */
export function hijackPlain(request: IncomingMessage, response: ServerResponse, contentType: string): Hijacked {
  const socket = request.socket;
  for (const event of ['data', 'end', 'close', 'error', 'drain', 'timeout']) socket.removeAllListeners(event);
  response.detachSocket(socket);
  socket.on('error', () => socket.destroy());
  socket.setTimeout(0);
  socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${contentType}\r\n\r\n`);
  return { stream: socket, settled: () => settled(socket) };
}

/** Some clients read the head with a buffered reader and throw away what came along with it, so nothing may follow before it is read. */
async function settled(socket: Socket): Promise<void> {
  const end = Date.now() + SETTLE_LIMIT_MS;
  while (Date.now() < end && !socket.destroyed && queuedBytes(socket) > 0) await delay(1);
}

/** Bytes that we wrote and the peer has not read. */
function queuedBytes(socket: Socket): number {
  const fd = (socket as unknown as { _handle?: { fd?: number } })._handle?.fd;
  return socket.writableLength + (fd === undefined || fd < 0 ? 0 : socketQueuedBytes(fd));
}
