import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

/** How a command ended, and what it said. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `slipway compose`. */
export interface Running {
  readonly ended: Promise<Outcome>;
  /** Resolves when `pattern` has been said on either stream; rejects when the command ends before. */
  said(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** A folder with a project in it, and `slipway compose` for it. Its scope takes the project down. */
export class ComposeFolder implements AsyncDisposable {
  readonly path: string;
  readonly #host: string;

  constructor(host: string, files: Readonly<Record<string, string>>) {
    this.#host = host;
    this.path = mkdtempSync(join(tmpdir(), 'compose-'));
    this.write(files);
  }

  /** Writes files, folders on the way included. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
  }

  /** Runs `slipway compose …` to its end. */
  async run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return await this.start(words, env).ended;
  }

  /** Runs it and gives its output; throws when it fails. */
  async ok(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(words, env);
    if (code !== 0) throw new Error(`compose ${words.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
    return stdout;
  }

  /** Starts `slipway compose …`. */
  start(words: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const options = {
      cwd: this.path,
      env: { PATH: process.env['PATH'], HOME: this.path, SLIPWAY_HOST: this.#host, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    } as const;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'compose', ...words], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const listeners = new Set<() => void>();
    const tell = (): void => listeners.forEach((listener) => listener());
    child.stdout.on('data', (chunk: Buffer) => ((stdout += chunk.toString()), tell()));
    child.stderr.on('data', (chunk: Buffer) => ((stderr += chunk.toString()), tell()));
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.once('error', reject).once('close', (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), stdout, stderr }));
    });
    return {
      ended,
      signal: (name) => void child.kill(name),
      said: (pattern) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (!pattern.test(stdout + stderr)) return;
            listeners.delete(look);
            resolve();
          };
          listeners.add(look);
          look();
          void ended.then(({ code }) => reject(new Error(`ended with ${code} before it said ${pattern}:\n${stderr}${stdout}`)));
        }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run(['down', '--volumes', '--remove-orphans', '--timeout', '0', '--rmi', 'local']);
    rmSync(this.path, { recursive: true, force: true });
  }
}
