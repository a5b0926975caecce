import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { FrameDecoder, STDERR, SYSTEM_ERROR } from '../../api/index.ts';
import { DetachFilter } from './detach-keys.ts';

/** What is connected to a container's streams. Without `stdin` nothing is sent; `keys` are watched for only with a terminal. */
export interface Streams {
  readonly stdin?: NodeJS.ReadStream | undefined;
  /** Where output goes; asked for when there is some. */
  readonly to: { readonly stdout: NodeJS.WritableStream; readonly stderr: NodeJS.WritableStream };
  /** True: raw bytes both ways. False: what comes is in frames. */
  readonly tty: boolean;
  readonly keys: Buffer;
}

/** How a connection ended: the container closed it, or the user typed the detach sequence. */
export type StreamEnd = 'closed' | 'detached';

/** Moves bytes between this process and a hijacked connection until one side is done. Slow readers hold the engine back. */
export async function joinStreams(connection: Duplex, streams: Streams): Promise<StreamEnd> {
  const detached = Promise.withResolvers<StreamEnd>();
  const stop = streams.stdin ? sendInput(connection, streams.stdin, streams, () => detached.resolve('detached')) : undefined;
  try {
    return await Promise.race([receive(connection, streams), detached.promise]);
  } finally {
    stop?.();
    connection.destroy();
  }
}

async function receive(connection: Duplex, { to, tty }: Streams): Promise<StreamEnd> {
  const decoder = tty ? undefined : new FrameDecoder();
  try {
    for await (const chunk of connection as AsyncIterable<Buffer>) {
      if (!decoder) await write(to.stdout, chunk);
      else for (const frame of decoder.push(chunk)) await write(frame.type === STDERR || frame.type === SYSTEM_ERROR ? to.stderr : to.stdout, frame.data);
    }
  } catch (error) {
    if (!connection.destroyed || (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
  return 'closed';
}

async function write(stream: NodeJS.WritableStream, data: Uint8Array): Promise<void> {
  if (!stream.write(data)) await once(stream, 'drain');
}

/** Sends stdin on; its end closes the container's stdin and leaves the connection open for what still comes. */
function sendInput(connection: Duplex, stdin: NodeJS.ReadStream, { tty, keys }: Streams, onDetach: () => void): () => void {
  const filter = tty ? new DetachFilter(keys) : undefined;
  const onData = (chunk: Buffer): void => {
    const { pass, detached } = filter ? filter.push(chunk) : { pass: chunk, detached: false };
    if (pass.length > 0 && connection.writable && !connection.write(pass)) {
      stdin.pause();
      connection.once('drain', () => stdin.resume());
    }
    if (detached) onDetach();
  };
  const onEnd = (): void => void connection.end();
  stdin.on('data', onData).on('end', onEnd);
  // A container may end while input is on its way; that is no failure of this command.
  connection.on('error', () => undefined);
  return () => {
    stdin.off('data', onData).off('end', onEnd).pause();
    stdin.unref?.();
  };
}
