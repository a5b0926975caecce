import { once } from 'node:events';
import { decodeFrames, RAW_STREAM, STDERR, SYSTEM_ERROR } from '../../../api/index.ts';
import { engineTime } from '../../flags/engine-time.ts';
import type { Invocation } from '../../invocation.ts';

/** `logs`: what a container wrote, each line to the stream that it came from. */
export async function run({ args, flags, connect, stdout, stderr }: Invocation): Promise<void> {
  const client = await connect();
  const time = (name: string): string | undefined => engineTime(flags.string(name), name);
  const { headers, body } = await client.containers.logs(args[0] ?? '', {
    follow: flags.bool('follow'),
    since: time('since'),
    until: time('until'),
    tail: flags.string('tail'),
    timestamps: flags.bool('timestamps'),
    details: flags.bool('details'),
  });
  const write = async (stream: NodeJS.WriteStream, data: Uint8Array): Promise<void> => {
    if (!stream.write(data)) await once(stream, 'drain');
  };
  if (headers['content-type'] === RAW_STREAM) for await (const chunk of body) await write(stdout, chunk);
  else for await (const { type, data } of decodeFrames(body)) await write(type === STDERR || type === SYSTEM_ERROR ? stderr : stdout, data);
}
