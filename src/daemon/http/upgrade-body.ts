import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';

/** The body of a request whose connection Node has handed over, and that connection. */
export type UpgradeBody = Readable & { readonly upgraded: Socket };

/** True when the body's length is known from the head: chunked ones are left to Node's parser. */
export function hasPlainBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] === undefined;
}

/** Reads `Content-Length` bytes of body; what follows them stays in the socket, for whoever takes it. */
export function bodyOfUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): UpgradeBody {
  const length = Number(request.headers['content-length'] ?? 0);
  if (head.length > 0) socket.unshift(head);
  return Object.assign(Readable.from(take(socket, Number.isFinite(length) ? length : 0), { objectMode: false }), { upgraded: socket });
}

async function* take(socket: Socket, lengthBytes: number): AsyncGenerator<Buffer> {
  let left = lengthBytes;
  while (left > 0) {
    const chunk = (socket.read() as Buffer | null) ?? (await readable(socket));
    if (chunk === undefined) return;
    if (chunk === null) continue;
    if (chunk.length > left) socket.unshift(chunk.subarray(left));
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
  }
}

/** null when there is something to read, undefined when nothing comes any more. */
function readable(socket: Socket): Promise<null | undefined> {
  return new Promise((resolve) => {
    const settle = (value: null | undefined): void => {
      socket.removeListener('readable', more).removeListener('end', end).removeListener('close', end);
      resolve(value);
    };
    const more = (): void => settle(null);
    const end = (): void => settle(undefined);
    socket.on('readable', more).on('end', end).on('close', end);
  });
}
