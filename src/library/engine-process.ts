import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundled, EngineError, nodeFlags } from '../base/index.ts';

/** An engine in a process of its own. */
export interface EngineProcess {
  readonly pid: number;
  /** Where it listens, as it said itself. */
  readonly addresses: readonly string[];
  /** Settles when the process is gone. */
  readonly exited: Promise<number | null>;
  /** Ends its standard input: it removes everything and goes. */
  leave(): void;
  signal(name: NodeJS.Signals): void;
}

/** Starts `slipway engine --ephemeral` with these flags and waits until it serves. UNAVAILABLE with its own words when it does not. */
export async function startEngineProcess(flags: readonly string[], options: { onLog?: (line: string) => void } = {}): Promise<EngineProcess> {
  const child = spawn(process.execPath, [...nodeFlags, engineFile(), '--ephemeral', ...flags], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const log = tail(child, options.onLog);
  const addresses = await Promise.race([firstLine(child), exited.then(() => undefined)]);
  if (addresses === undefined || child.pid === undefined) throw new EngineError('UNAVAILABLE', `The engine did not start: ${log.join('\n')}`);
  child.stdin?.on('error', () => {});
  child.unref();
  return {
    pid: child.pid,
    addresses,
    exited,
    // Whoever ends it waits for its end; until then it keeps nobody's program alive.
    leave: () => {
      child.ref();
      child.stdin?.end();
    },
    signal: (name) => {
      child.ref();
      child.kill(name);
    },
  };
}

function engineFile(): string {
  return fileURLToPath(new URL(bundled ? './engine.js' : '../daemon/main.ts', import.meta.url));
}

/** The last lines of standard error, which go to `onLog` as they come. */
function tail(child: ChildProcess, onLog: ((line: string) => void) | undefined): string[] {
  const lines: string[] = [];
  if (!child.stderr) return lines;
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > 20) lines.shift();
    onLog?.(line);
  });
  return lines;
}

function firstLine(child: ChildProcess): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    if (!child.stdout) resolve(undefined);
    else createInterface({ input: child.stdout }).once('line', (line) => resolve((JSON.parse(line) as { addresses: string[] }).addresses));
  });
}
