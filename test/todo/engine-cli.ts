import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestEngine } from '../e2e/harness.ts';
import { startTestEngine } from '../e2e/harness.ts';

const runFile = promisify(execFile);
const checkout = resolve(import.meta.dirname, '../..');

/** Which engine is tested: ours, or a Docker with Compose v2 that DOCKER_HOST leads to. */
export const engineName = process.env['SLIPWAY_TODO_ENGINE'] === 'docker' ? 'docker' : 'slipway';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: Buffer | undefined;
  readonly timeoutMs?: number;
}

/** A command line, `docker` or `slipway`, and the engine behind it; leaving the scope ends an engine that was started for it. */
export class EngineCli implements AsyncDisposable {
  readonly #command: string;
  readonly #env: NodeJS.ProcessEnv;
  /** The engine's process; undefined for one that is not ours to kill. */
  readonly engine: TestEngine | undefined;

  constructor(command: string, env: NodeJS.ProcessEnv, engine?: TestEngine) {
    this.#command = command;
    this.#env = env;
    this.engine = engine;
  }

  /** What the command printed on standard output. @throws Error with everything it printed */
  async run(args: readonly string[], { cwd = checkout, env = {}, input, timeoutMs = 240_000 }: RunOptions = {}): Promise<Buffer> {
    const running = runFile(this.#command, args, {
      cwd,
      env: { ...process.env, ...this.#env, ...env },
      timeout: timeoutMs,
      maxBuffer: 64 << 20,
      encoding: 'buffer',
    });
    running.child.stdin?.end(input);
    const { stdout } = await running.catch((error: Error & { stdout?: Buffer; stderr?: Buffer }) => {
      throw new Error(`${this.#command} ${args.join(' ')}: ${error.message}\n${String(error.stdout)}${String(error.stderr)}`, { cause: error });
    });
    return stdout;
  }

  async text(args: readonly string[], options?: RunOptions): Promise<string> {
    return (await this.run(args, options)).toString('utf8');
  }

  /** Images as the engine has them already (official ones, perhaps), stand-ins from Debian packages otherwise. */
  async ensureBaseImages(images: readonly string[]): Promise<void> {
    const missing: string[] = [];
    for (const image of images) if (!(await this.run(['image', 'inspect', image]).then(Boolean, () => false))) missing.push(image);
    if (missing.length === 0) return;
    // Where `slipway image bootstrap` keeps them, too.
    const out = process.env['SLIPWAY_BASE_IMAGES'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway/base-images');
    const { stdout } = await runFile(join(checkout, 'base-images/build'), [...missing, '--out', out], { timeout: 300_000 });
    for (const archive of stdout.trim().split('\n')) await this.run(['load', '--quiet', '--input', archive]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine?.[Symbol.asyncDispose]();
  }
}

export async function openEngine(): Promise<EngineCli> {
  if (engineName === 'docker') return new EngineCli('docker', {});
  const engine = await startTestEngine({ busybox: false });
  return new EngineCli(join(checkout, 'bin/slipway'), { SLIPWAY_HOST: engine.host }, engine);
}
