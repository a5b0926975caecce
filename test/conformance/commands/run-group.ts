import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandGroup } from './groups.ts';
import { normalise } from './normalise.ts';

/** A command line program and the engine that it speaks to. */
export interface Combination {
  readonly name: string;
  /** Path of the program. */
  readonly program: string;
  /** "unix:///…". */
  readonly host: string;
}

/** What one command printed, with everything that differs from run to run taken out. */
export interface CommandResult {
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  /** Only the exit code counts; `because` says why. */
  readonly because?: string;
}

/** The image that stands for "busybox" in the commands, so that a busybox of the machine stays as it is. */
export const imageName = 'cf-busybox';

const TIMEOUT_MS = 60_000;

/** Carries a group out and gives what each command printed. */
export async function runGroup(group: CommandGroup, combination: Combination): Promise<CommandResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-commands-'));
  mkdirSync(join(folder, 'config'));
  const run = async (command: string): Promise<Printed> => await shell(command.replaceAll(/\bbusybox\b(?!-)/g, imageName), combination, folder);
  try {
    await run(group.cleanup ?? ':');
    await run(group.setup ?? ':');
    const results: CommandResult[] = [];
    for (const line of group.commands.split('\n')) {
      const [command = '', because] = line.split(/\s*#code\b\s*/);
      const printed = await run(command);
      results.push({ command, ...normalise(printed, folder), ...(because === undefined ? {} : { because }) });
    }
    return results;
  } finally {
    await run(group.cleanup ?? ':');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a command printed, as it is. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

async function shell(command: string, { program, host }: Combination, folder: string): Promise<Printed> {
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: folder,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    D: program,
    TMP: folder,
    DOCKER_HOST: host,
    DOCKER_CONFIG: join(folder, 'config'),
  };
  const child = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS, killSignal: 'SIGKILL', cwd: folder });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code };
}
