import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemCode } from '../../base/index.ts';
import { ExitError } from '../parse/usage-error.ts';
import { output } from '../terminal/standard-streams.ts';
import { engineCommand } from './installation.ts';
import { answers } from './open-client.ts';

const PATIENCE_MS = 30_000;

/** Starts the engine of the default socket in the background and returns when it answers. Of several callers at once, one starts it and all wait. */
export async function startEngine(socket: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new ExitError(
      1,
      `Cannot connect to the Slipway engine at unix://${socket}: it is not running, and only root can start it. Run the command with sudo, or start it once with "sudo slipway engine".`,
    );
  }
  mkdirSync(dirname(socket), { recursive: true, mode: 0o755 });
  const lock = takeLock(`${socket}.starting`);
  try {
    if (lock !== undefined && !(await answers(socket))) await launch(socket);
    else await untilItAnswers(socket, new AbortController().signal);
  } finally {
    lock?.();
  }
}

async function launch(socket: string): Promise<void> {
  output.stderr.write(`Starting the Slipway engine (log: ${dirname(socket)}/engine.log)\n`);
  const logFile = `${dirname(socket)}/engine.log`;
  const log = openSync(logFile, 'w');
  const [program, ...args] = engineCommand();
  const engine = spawn(program, args, { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  closeSync(log);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  engine.once('error', reject);
  engine.once('exit', (code, signal) => reject(new Error(`it ended with ${signal ?? `exit code ${code}`}`)));
  const settled = new AbortController();
  try {
    await Promise.race([untilItAnswers(socket, settled.signal), failed]);
  } catch (error) {
    throw new ExitError(1, `The Slipway engine did not start: ${error instanceof Error ? error.message : String(error)}\n${lastLines(logFile)}`);
  } finally {
    settled.abort();
  }
  engine.removeAllListeners();
  engine.unref();
}

async function untilItAnswers(socket: string, signal: AbortSignal): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !signal.aborted; await delay(15)) if (await answers(socket)) return;
  if (!signal.aborted) throw new Error(`nobody answers at unix://${socket}`);
}

/** A file that only one process can create holds the lock; one whose writer is gone is taken over. Undefined: somebody else is at it. */
function takeLock(file: string): (() => void) | undefined {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const descriptor = openSync(file, 'wx');
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      if (isHeld(file)) return undefined;
      rmSync(file, { force: true });
    }
  }
  return undefined;
}

function isHeld(file: string): boolean {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    if (!holder) return true;
    process.kill(holder, 0);
    return true;
  } catch {
    // The file or the process that wrote it is gone.
    return false;
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
}
