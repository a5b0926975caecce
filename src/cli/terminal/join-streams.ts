import { once } from 'node:events';
import { FrameDecoder, STDERR, SYSTEM_ERROR } from '../../api/index.ts';
import type { ByteStream } from '../../client/index.ts';
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
export async function joinStreams(connection: ByteStream, streams: Streams): Promise<StreamEnd> {
  const detached = Promise.withResolvers<StreamEnd>();
  const stop = streams.stdin ? sendInput(connection, streams.stdin, streams, () => detached.resolve('detached')) : undefined;
  try {
    return await Promise.race([receive(connection, streams), detached.promise]);
  } finally {
    stop?.();
    connection.destroy();
  }
}

async function receive(connection: ByteStream, { to, tty }: Streams): Promise<StreamEnd> {
  const decoder = tty ? undefined : new FrameDecoder();
  for await (const chunk of connection) {
    if (!decoder) await write(to.stdout, chunk);
    else for (const frame of decoder.push(chunk)) await write(frame.type === STDERR || frame.type === SYSTEM_ERROR ? to.stderr : to.stdout, frame.data);
  }
  return 'closed';
}

async function write(stream: NodeJS.WritableStream, data: Uint8Array): Promise<void> {
  if (!stream.write(data)) await once(stream, 'drain');
}

/** Sends stdin on; its end closes the container's stdin and leaves the connection open for what still comes. */
function sendInput(connection: ByteStream, stdin: NodeJS.ReadStream, { tty, keys }: Streams, onDetach: () => void): () => void {
  const filter = tty ? new DetachFilter(keys) : undefined;
  let stopped = false;
  const onData = (chunk: Buffer): void => {
    const { pass, detached } = filter ? filter.push(chunk) : { pass: chunk, detached: false };
    if (pass.length > 0) {
      stdin.pause();
      void connection.write(pass).then(() => stopped || stdin.resume());
    }
    if (detached) onDetach();
  };
  const onEnd = (): void => connection.end();
  stdin.on('data', onData).on('end', onEnd);
  return () => {
    stopped = true;
    stdin.off('data', onData).off('end', onEnd).pause();
    stdin.unref?.();
  };
}
