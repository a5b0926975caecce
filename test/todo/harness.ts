import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { startTestEngine } from '../e2e/harness.ts';

const runFile = promisify(execFile);
const checkout = resolve(import.meta.dirname, '../..');
const todoBaseImages = ['node:24-trixie-slim', 'nginx:trixie', 'postgres:17-trixie'];
const systemCertificates = '/etc/ssl/certs/ca-certificates.crt';

/** Which engine the application is composed on: ours, or a Docker with Compose v2 that DOCKER_HOST leads to. */
export const engineName = process.env['SLIPWAY_TODO_ENGINE'] === 'docker' ? 'docker' : 'slipway';

/** A command line, `docker` or `slipway`, and the engine behind it. */
interface Engine extends AsyncDisposable {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: Buffer;
  readonly timeoutMs?: number;
}

/** The todo application, composed under a project name, a port and image tags of its own. */
export class TodoApp implements AsyncDisposable {
  readonly url: string;
  readonly directory: string;
  readonly project: string;
  readonly #engine: Engine;
  readonly #env: NodeJS.ProcessEnv;

  constructor(engine: Engine, { directory, project, port }: { directory: string; project: string; port: number }) {
    this.#engine = engine;
    this.directory = directory;
    this.project = project;
    this.url = `http://localhost:${port}`;
    const certificates = process.env['NODE_EXTRA_CA_CERTS'] ?? (existsSync(systemCertificates) ? systemCertificates : undefined);
    // The engine may see /tmp only, so what is mounted or read lies in the project's copy there.
    if (certificates !== undefined) cpSync(certificates, join(directory, 'extra-ca.pem'));
    this.#env = {
      ...process.env,
      ...engine.env,
      TODO_PORT: String(port),
      TODO_VERSION: project,
      ...(certificates !== undefined && { NODE_EXTRA_CA_CERTS: certificates }),
    };
  }

  /** `compose ARGS…` in the project's directory; what it printed on standard output. */
  async compose(args: readonly string[], options?: RunOptions): Promise<string> {
    return await this.cli(['compose', '--project-name', this.project, ...args], options);
  }

  /** `docker ARGS…` or `slipway ARGS…`. @throws Error with everything the command printed */
  async cli(args: readonly string[], { env = {}, input, timeoutMs = 240_000 }: RunOptions = {}): Promise<string> {
    return (await this.cliBytes(args, { env, timeoutMs, ...(input !== undefined && { input }) })).toString('utf8');
  }

  async cliBytes(args: readonly string[], { env = {}, input, timeoutMs = 240_000 }: RunOptions = {}): Promise<Buffer> {
    const [program = '', ...first] = this.#engine.command;
    const running = runFile(program, [...first, ...args], {
      cwd: this.directory,
      env: { ...this.#env, ...env },
      timeout: timeoutMs,
      maxBuffer: 64 << 20,
      encoding: 'buffer',
    });
    running.child.stdin?.end(input);
    const { stdout } = await running.catch((error: Error & { stdout?: Buffer; stderr?: Buffer }) => {
      throw new Error(`${[...this.#engine.command, ...args].join(' ')}: ${error.message}\n${String(error.stdout)}${String(error.stderr)}`, { cause: error });
    });
    return stdout;
  }

  async up(args: readonly string[] = [], options?: RunOptions): Promise<void> {
    await this.compose(['up', '--detach', '--wait', ...args], options);
  }

  /** Names of a service's containers, in the order of their numbers. */
  async containers(service: string): Promise<string[]> {
    const listed = await this.cli([
      'ps',
      '--format',
      '{{.Names}}',
      '--filter',
      `label=com.docker.compose.project=${this.project}`,
      '--filter',
      `label=com.docker.compose.service=${service}`,
    ]);
    return listed
      .split('\n')
      .filter((name) => name !== '')
      .sort();
  }

  async #removeImages(): Promise<void> {
    const built = await this.cli(['images', '--format', '{{.Repository}}:{{.Tag}}']);
    const own = built.split('\n').filter((name) => name.endsWith(`:${this.project}`));
    if (own.length > 0) await this.cli(['rmi', ...own]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using undo = new AsyncDisposableStack();
    undo.defer(() => rmSync(this.directory, { recursive: true, force: true }));
    undo.use(this.#engine);
    await this.compose(['--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '2']);
    if (engineName === 'docker') await this.#removeImages();
  }
}

export interface StartOptions {
  /** A folder with a compose.yaml whose published port is TODO_PORT; the todo application's by default. */
  readonly source?: string;
  readonly baseImages?: readonly string[];
}

/** Builds and starts the application; it is up and healthy when this returns. */
export async function startTodo({ source = join(checkout, 'apps/todo'), baseImages = todoBaseImages }: StartOptions = {}): Promise<TodoApp> {
  const project = `todo-test-${randomBytes(3).toString('hex')}`;
  const directory = mkdtempSync(join(tmpdir(), `${project}-`));
  const skipped = ['node_modules', 'dist', '.data'].map((name) => `${sep}${name}`);
  cpSync(source, directory, { recursive: true, filter: (path) => !skipped.some((end) => path.endsWith(end)) });
  const app = new TodoApp(await openEngine(), { directory, project, port: await freePort() });
  try {
    await ensureBaseImages(app, baseImages);
    await app.up(['--build']);
    return app;
  } catch (error) {
    const logs = await app.compose(['logs', '--tail', '30']).catch(String);
    await app[Symbol.asyncDispose]().catch(() => undefined);
    throw new Error(`The application did not come up: ${error instanceof Error ? error.message : String(error)}\n${logs}`, { cause: error });
  }
}

async function openEngine(): Promise<Engine> {
  if (engineName === 'docker') return { command: ['docker'], env: {}, [Symbol.asyncDispose]: () => Promise.resolve() };
  const engine = await startTestEngine({ busybox: false });
  return { command: [join(checkout, 'bin/slipway')], env: { SLIPWAY_HOST: engine.host }, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
}

/** Official images where the engine has them already, stand-ins from Debian packages otherwise. */
async function ensureBaseImages(app: TodoApp, baseImages: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const image of baseImages) if (!(await app.cli(['image', 'inspect', image]).then(Boolean, () => false))) missing.push(image);
  if (missing.length === 0) return;
  const out = process.env['SLIPWAY_BASE_IMAGES'] ?? join(checkout, '.cache/base-images');
  const { stdout } = await runFile(join(checkout, 'base-images/build'), [...missing, '--out', out], { timeout: 300_000 });
  for (const archive of stdout.trim().split('\n')) await app.cli(['load', '--quiet', '--input', archive]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port was assigned');
  return address.port;
}
