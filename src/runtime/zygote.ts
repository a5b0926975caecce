import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { EngineError, nativeFile } from '../base/index.ts';
import { connectUnix, type Fd, fdPath, sendWithFds } from '../linux/index.ts';

/** `key=value` pairs of a request; a key may come several times. See native/shim/request.h. */
export type RequestFields = readonly (readonly [key: string, value: string | number])[];

/**
 * The small process that forks on our behalf: 0.4 ms whatever the size of this one, without blocking. What it forks outlives us; the
 * zygote itself ends with us.
 */
export interface Zygote extends AsyncDisposable {
  /** Sends a request with descriptors beside it and returns the connection, which is the control connection of what was started. */
  request(fields: RequestFields, fds?: readonly Fd[]): Socket;
}

const socketName = 'zygote.sock';

/** Starts the zygote of this engine; its socket lives in `execRoot`. */
export async function openZygote(execRoot: string): Promise<Zygote> {
  mkdirSync(execRoot, { recursive: true, mode: 0o711 });
  const dir = openSync(execRoot, 'r'); // the socket is reached through it: a unix socket's path may not be longer than 107 bytes
  let child = await spawnZygote(execRoot);
  let closed = false;
  const keepAlive = (process: ChildProcess): void => {
    process.once('exit', () => void restart());
  };
  const restart = async (): Promise<void> => {
    if (closed) return;
    child = await spawnZygote(execRoot);
    keepAlive(child);
  };
  keepAlive(child);
  return {
    request: (fields, fds = []) => send(fdPath(dir, socketName), encode(fields), fds),
    async [Symbol.asyncDispose]() {
      closed = true;
      const ended = child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : undefined;
      child.stdin?.end();
      await ended;
      closeSync(dir);
    },
  };
}

async function spawnZygote(cwd: string): Promise<ChildProcess> {
  const child = spawn(nativeFile('slipway-shim'), ['zygote', socketName, cwd], {
    cwd,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '' },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new EngineError('INTERNAL', `The zygote ended at once with exit code ${code} in ${cwd}`)));
    child.stdout.once('data', () => resolve());
  });
  child.removeAllListeners('exit');
  child.stdin.on('error', () => {}); // EPIPE when it was killed: the exit is what counts
  return child;
}

function send(path: string, payload: Uint8Array, fds: readonly Fd[]): Socket {
  const fd = connectUnix(path);
  try {
    sendWithFds(fd, payload, fds);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return new Socket({ fd, readable: true, writable: true });
}

/** A request as native/shim/request.c reads it. INVALID_ARGUMENT for a value with a zero byte, behind which others would begin: programs to run, for example. */
export function encode(fields: RequestFields): Buffer {
  for (const [key, value] of fields)
    if (String(value).includes('\0')) throw new EngineError('INVALID_ARGUMENT', `${key} holds a zero byte: ${JSON.stringify(value)}`);
  const text = Buffer.from(fields.map(([key, value]) => `${key}=${String(value)}\0`).join(''));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(text.length);
  return Buffer.concat([head, text]);
}
