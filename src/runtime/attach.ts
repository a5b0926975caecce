import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { EngineError } from '../base/index.ts';
import { type Fd, socketPair } from '../linux/index.ts';
import { connectShim } from './run-dir.ts';
import type { AttachOptions, AttachStream } from './types.ts';

/** A stream whose other end goes to a shim together with its request. */
export interface PassedStream {
  readonly stream: AttachStream;
  /** The shim's end; ours to close once it is sent, or never will be. */
  readonly fd: Fd;
  readonly flags: number;
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

/** Streams asked for before their container starts. */
export class WaitingStreams {
  readonly #byId = new Map<string, PassedStream[]>();

  add(id: string, options: AttachOptions): AttachStream {
    const passed = passedStream(options);
    const waiting = this.#byId.get(id) ?? [];
    this.#byId.set(id, waiting);
    waiting.push(passed);
    passed.stream.once('close', () => {
      const at = waiting.indexOf(passed);
      if (at < 0) return;
      waiting.splice(at, 1);
      closeSync(passed.fd);
    });
    return passed.stream;
  }

  /** Hands over the streams of a container; the caller closes their fds. */
  take(id: string): PassedStream[] {
    const waiting = this.#byId.get(id)?.splice(0) ?? [];
    this.#byId.delete(id);
    return waiting;
  }
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
