import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { EngineError } from '../base/index.ts';
import { type Fd, socketPair } from '../linux/index.ts';
import { canHandOver, detach } from './hand-over.ts';
import { connectShim } from './run-dir.ts';
import type { AttachOptions, AttachStream } from './types.ts';

/** A stream whose other end goes to a shim together with its request. */
export interface PassedStream {
  readonly stream: AttachStream;
  /** The shim's end; ours to close once it is sent, or never will be. */
  readonly fd: Fd;
  readonly flags: number;
}

/** What is sent to a shim for one attached client. `release` lets go of our side of it afterwards. */
export interface PassedClient {
  readonly fd: Fd;
  /** The value of the request's "attach": flags, and input that came early, in hexadecimal. */
  readonly field: string;
  release(): void;
}

/** The bits of native/shim/client.h. */
export function attachFlags(options: AttachOptions): number {
  return (options.stdin === true ? 1 : 0) | (options.stdout === true ? 2 : 0) | (options.stderr === true ? 4 : 0);
}

/** A stream and the end to pass. */
export function passedStream(options: AttachOptions): PassedStream {
  const [ours, theirs] = socketPair();
  return { stream: streamOf(new Socket({ fd: ours, readable: true, writable: true, allowHalfOpen: true })), fd: theirs, flags: attachFlags(options) };
}

interface Waiting extends PassedStream {
  client?: Socket;
}

/** Streams asked for before their container starts. */
export class WaitingStreams {
  readonly #byId = new Map<string, Waiting[]>();

  add(id: string, options: AttachOptions): AttachStream {
    const entry: Waiting = passedStream(options);
    const waiting = this.#byId.get(id) ?? [];
    this.#byId.set(id, waiting);
    waiting.push(entry);
    entry.stream.once('close', () => {
      const at = waiting.indexOf(entry);
      if (at < 0) return;
      waiting.splice(at, 1);
      closeSync(entry.fd);
      if (waiting.length === 0 && this.#byId.get(id) === waiting) this.#byId.delete(id);
    });
    return entry.stream;
  }

  /** Puts a client's own connection in the place of a stream that still waits. False when it is too late, or the connection is no plain socket. */
  handOver(stream: AttachStream, client: Duplex): boolean {
    if (!canHandOver(client)) return false;
    for (const waiting of this.#byId.values()) {
      const entry = waiting.find((each) => each.stream === stream);
      if (entry === undefined) continue;
      entry.client = client;
      client.once('close', () => stream.destroy());
      return true;
    }
    return false;
  }

  /** Takes the clients of a container; each is released once it is sent. */
  take(id: string): PassedClient[] {
    const waiting = this.#byId.get(id) ?? [];
    this.#byId.delete(id);
    return waiting.splice(0).map(passedClient);
  }
}

function passedClient(entry: Waiting): PassedClient {
  const { client, stream } = entry;
  const detached = client === undefined ? undefined : detach(client);
  if (client !== undefined && detached === undefined) bridgeAfterAll(client, stream);
  if (client === undefined || detached === undefined) return { fd: entry.fd, field: String(entry.flags), release: () => closeSync(entry.fd) };
  return {
    fd: detached.fd,
    field: `${entry.flags} ${detached.early.toString('hex')}`,
    release() {
      closeSync(entry.fd);
      stream.destroy();
      client.destroy();
    },
  };
}

/** The client said so much before the start that it cannot be given away any more. */
function bridgeAfterAll(client: Socket, stream: AttachStream): void {
  client.pipe(stream);
  stream.pipe(client);
}

/** Connects one more stream to a running container. It sees what is written from now on. */
export async function attachToShim(dir: string, options: AttachOptions): Promise<AttachStream> {
  const socket = connectShim(dir);
  if (socket === undefined) throw new EngineError('FAILED_PRECONDITION', 'the container is not running');
  socket.write(Buffer.from([0x41, attachFlags(options)]));
  await acknowledged(socket);
  return streamOf(socket);
}

/** The shim answers with one byte once the stream is in place; what follows is output. */
function acknowledged(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      socket.off('readable', onReadable).off('end', onGone).off('close', onGone).off('error', onGone);
      outcome();
    };
    const onGone = (): void => settle(() => reject(new EngineError('FAILED_PRECONDITION', 'the container is not running')));
    const onReadable = (): void => {
      if (socket.read(1) !== null) settle(resolve);
    };
    socket.on('readable', onReadable).on('end', onGone).on('close', onGone).on('error', onGone);
  });
}

/**
 * After the end of the output nothing can be said to the process any more, so the stream is closed then; a write that comes later, or at
 * the same time, is nobody's error.
 */
function streamOf(socket: Socket): AttachStream {
  socket.on('error', () => {});
  socket.once('end', () => socket.destroy());
  return socket;
}
