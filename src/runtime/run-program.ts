import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { EngineError } from '../base/index.ts';
import { socketPair } from '../linux/index.ts';
import { onControlFrames } from './control.ts';
import type { RunResult } from './types.ts';
import type { RequestFields, Zygote } from './zygote.ts';

export interface RunOptions {
  readonly input?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In a mount namespace without `/sys/fs/cgroup/unified`, see native/shim/launch.h. */
  readonly hideUnified?: boolean | undefined;
  /** Standard streams are /dev/null: for programs that leave children behind, which would hold them open. */
  readonly quiet?: boolean | undefined;
}

/** Runs a program to its end and returns what it wrote; a program that does not exist ends with 127. Aborting kills it. */
export async function runProgram(zygote: Zygote, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const fields: RequestFields = [['kind', 'run'], ['hide-unified', options.hideUnified === true ? 1 : 0], ...argv.map((arg) => ['arg', arg] as const)];
  if (options.quiet === true) {
    const control = zygote.request(fields);
    const exitCode = await exitOf(control, options.signal);
    control.destroy();
    return { exitCode, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  }
  return runWithStreams(zygote, fields, options);
}

async function runWithStreams(zygote: Zygote, fields: RequestFields, options: RunOptions): Promise<RunResult> {
  const pairs = [socketPair(), socketPair(), socketPair()] as const;
  const theirs = pairs.map(([, fd]) => fd);
  const [input, stdout, stderr] = pairs.map(([fd]) => new Socket({ fd, readable: true, writable: true })) as [Socket, Socket, Socket];
  const control = zygote.request(fields, theirs);
  for (const fd of theirs) closeSync(fd);
  input.on('error', () => {}); // a program that does not read its input is not an error
  input.resume();
  input.end(options.input ?? '');
  const [exitCode, out, err] = await Promise.all([exitOf(control, options.signal), collect(stdout), collect(stderr)]);
  input.destroy();
  control.destroy();
  return { exitCode, stdout: out, stderr: err };
}

async function exitOf(control: Socket, signal: AbortSignal | undefined): Promise<number> {
  let pid = 0;
  const kill = (): void => {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  };
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      onControlFrames(control, (type, text) => {
        if (type === 'S') pid = Number(text);
        if (type === 'S' && signal?.aborted === true) kill();
        if (type === 'X') resolve(Number(text));
      });
      control.once('close', () => reject(new EngineError('INTERNAL', 'The helper process was lost')));
      control.once('error', reject);
    });
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

async function collect(stream: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
