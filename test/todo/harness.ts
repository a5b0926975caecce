import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import type { EngineCli, RunOptions } from './engine-cli.ts';
import { engineName, openEngine } from './engine-cli.ts';

const todoSource = resolve(import.meta.dirname, '../../apps/todo');
const todoBaseImages = ['node:24-trixie-slim', 'nginx:trixie', 'postgres:17-trixie'];
const systemCertificates = '/etc/ssl/certs/ca-certificates.crt';

/** The todo application, composed under a project name, a port and image tags of its own. */
export class TodoApp implements AsyncDisposable {
  readonly url: string;
  readonly directory: string;
  readonly project: string;
  readonly #engine: EngineCli;
  readonly #env: NodeJS.ProcessEnv;

  constructor(engine: EngineCli, { directory, project, port }: { directory: string; project: string; port: number }) {
    this.#engine = engine;
    this.directory = directory;
    this.project = project;
    this.url = `http://localhost:${port}`;
    const certificates = process.env['NODE_EXTRA_CA_CERTS'] ?? (existsSync(systemCertificates) ? systemCertificates : undefined);
    // The engine may see /tmp only, so what is mounted or read lies in the project's copy there.
    if (certificates !== undefined) cpSync(certificates, join(directory, 'extra-ca.pem'));
    this.#env = { TODO_PORT: String(port), TABLES_PORT: '0', TODO_VERSION: project, ...(certificates !== undefined && { NODE_EXTRA_CA_CERTS: certificates }) };
  }

  /** `compose ARGS…` in the project's directory; what it printed on standard output. */
  async compose(args: readonly string[], options?: RunOptions): Promise<string> {
    return (await this.composeBytes(args, options)).toString('utf8');
  }

  async composeBytes(args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
    return await this.#engine.run(['compose', '--project-name', this.project, ...args], this.#here(options));
  }

  /** `docker ARGS…` or `slipway ARGS…`. */
  async cli(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return await this.#engine.text(args, this.#here(options));
  }

  async up(args: readonly string[] = [], options?: RunOptions): Promise<void> {
    await this.compose(['up', '--detach', '--wait', ...args], options);
  }

  /** The engine's process; undefined for one that is not ours to kill. */
  get engine(): EngineCli['engine'] {
    return this.#engine.engine;
  }

  /** Names of a service's containers, in the order of their numbers. */
  async containers(service: string): Promise<string[]> {
    const filters = [`label=com.docker.compose.project=${this.project}`, `label=com.docker.compose.service=${service}`].flatMap((filter) => [
      '--filter',
      filter,
    ]);
    return lines(await this.cli(['ps', '--format', '{{.Names}}', ...filters])).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using undo = new AsyncDisposableStack();
    undo.defer(() => rmSync(this.directory, { recursive: true, force: true }));
    undo.use(this.#engine);
    await this.compose(['--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '2']);
    if (engineName === 'docker') await this.#removeImages();
  }

  async #removeImages(): Promise<void> {
    const built = lines(await this.cli(['images', '--format', '{{.Repository}}:{{.Tag}}'])).filter((name) => name.endsWith(`:${this.project}`));
    if (built.length > 0) await this.cli(['rmi', ...built]);
  }

  #here({ env = {}, ...options }: RunOptions): RunOptions {
    return { cwd: this.directory, ...options, env: { ...this.#env, ...env } };
  }
}

export interface StartOptions {
  /** A folder with a compose.yaml whose published port is TODO_PORT; the todo application's by default. */
  readonly source?: string;
  readonly baseImages?: readonly string[];
  /** Text of a compose.override.yaml beside it. */
  readonly override?: string;
}

/** Builds and starts the application; it is up and healthy when this returns. */
export async function startTodo({ source = todoSource, baseImages = todoBaseImages, override }: StartOptions = {}): Promise<TodoApp> {
  const project = `todo-test-${randomBytes(3).toString('hex')}`;
  const directory = mkdtempSync(join(tmpdir(), `${project}-`));
  const skipped = ['node_modules', 'dist', '.data'].map((name) => `${sep}${name}`);
  cpSync(source, directory, { recursive: true, filter: (path) => !skipped.some((end) => path.endsWith(end)) });
  if (override !== undefined) writeFileSync(join(directory, 'compose.override.yaml'), override);
  const engine = await openEngine();
  const app = new TodoApp(engine, { directory, project, port: await freePort() });
  try {
    await engine.ensureBaseImages(baseImages);
    await app.up(['--build']);
    return app;
  } catch (error) {
    const logs = await app.compose(['logs', '--tail', '30']).catch(String);
    await app[Symbol.asyncDispose]().catch(() => undefined);
    throw new Error(`The application did not come up: ${error instanceof Error ? error.message : String(error)}\n${logs}`, { cause: error });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port was assigned');
  return address.port;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
