import { systemCode } from '../../base/index.ts';

const opened = new Map<'stdout' | 'stderr', NodeJS.WriteStream>();

/** The process's output, opened at its first use: that takes milliseconds each, and many a command writes to one of them only, or to none. */
export const output = {
  get stdout(): NodeJS.WriteStream {
    return open('stdout');
  },
  get stderr(): NodeJS.WriteStream {
    return open('stderr');
  },
};

/** Resolves when all that was written has arrived. */
export async function flushOutput(): Promise<void> {
  await Promise.all([...opened.values()].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))));
}

function open(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
  const known = opened.get(name);
  if (known) return known;
  const stream = process[name];
  opened.set(name, stream);
  return stream.on('error', onError);
}

/** `slipway logs x | head` ends when the reader goes; so does every other program. */
function onError(error: Error): void {
  if (systemCode(error) === 'EPIPE') process.exit(0);
  throw error;
}
