import { existsSync, mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { EngineError, isEngineError } from '../base/index.ts';
import { adoptTask, exitOf } from './adopt.ts';
import { WaitingStreams } from './attach.ts';
import { findOciRuntimes, type OciRuntime, type OciRuntimes } from './oci-runtime.ts';
import { removeRunDir } from './run-dir.ts';
import { runProgram } from './run-program.ts';
import type { ShimLink } from './shim-link.ts';
import { startShim, type Started } from './start-task.ts';
import { ContainerTask, type TaskPlace } from './task.ts';
import type { AttachOptions, AttachStream, RunResult, Runtime, RuntimeOptions, StartOptions, Task } from './types.ts';
import { openZygote, type Zygote } from './zygote.ts';

/** Opens the runtime of an engine: starts its zygote and chooses the OCI runtime. FAILED_PRECONDITION when this host can run no container. */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const zygote = await openZygote(options.execRoot);
  try {
    return new HostRuntime(options, zygote, await findOciRuntimes(zygote, options));
  } catch (error) {
    await zygote[Symbol.asyncDispose]();
    throw error;
  }
}

class HostRuntime implements Runtime {
  readonly name: string;
  readonly version: string;
  readonly commit: string;
  readonly runtimes: Readonly<Record<string, { readonly path: string }>>;
  readonly #zygote: Zygote;
  readonly #oci: OciRuntimes;
  readonly #containers: string;
  readonly #spoolDir: string;
  readonly #waiting = new WaitingStreams();
  /** Live shims by container id: a new start waits until the last run's shim has cleaned up. */
  readonly #links = new Map<string, ShimLink>();
  /** Run directories that are being removed: a new start waits for that too. */
  readonly #removals = new Map<string, Promise<void>>();

  constructor(options: RuntimeOptions, zygote: Zygote, oci: OciRuntimes) {
    this.#zygote = zygote;
    this.#oci = oci;
    this.name = oci.default.name;
    this.version = oci.default.version;
    this.commit = oci.default.commit;
    this.runtimes = Object.fromEntries([...oci.byName.values()].map(({ name, path }) => [name, { path }]));
    this.#containers = join(options.execRoot, 'containers');
    this.#spoolDir = join(options.dataRoot, 'backlog');
    mkdirSync(this.#containers, { recursive: true, mode: 0o700 });
    mkdirSync(this.#spoolDir, { recursive: true, mode: 0o700 });
  }

  async start(options: StartOptions): Promise<Task> {
    const waiting = this.#waiting.take(options.id);
    await this.#links.get(options.id)?.gone;
    await this.#removals.get(options.id)?.catch(() => {}); // its failure is its caller's
    const place = this.#place(options.id, this.#choose(options.runtime));
    const { link, facts } = await this.#startOnce(place, options, waiting);
    this.#keep(options.id, link);
    return new ContainerTask(place, facts, link, exitOf(place, link));
  }

  /** A crash between two engines may leave the runtime's own record of a container behind: it is deleted, and the start tried again. */
  async #startOnce(place: TaskPlace, options: StartOptions, waiting: ReturnType<WaitingStreams['take']>): Promise<Started> {
    try {
      return await startShim(place, options, waiting);
    } catch (error) {
      if (!isEngineError(error) || waiting.length > 0 || !/already exists/.test(String(error.details['runtimeMessage']))) throw error;
      await runProgram(this.#zygote, [place.oci.path, '--root', place.oci.root, 'delete', '--force', place.id], { hideUnified: place.oci.hideUnified });
      return startShim(place, options, []);
    }
  }

  attachLater(id: string, options: AttachOptions): AttachStream {
    return this.#waiting.add(id, options);
  }

  handOver(stream: AttachStream, client: Duplex): boolean {
    return this.#waiting.handOver(stream, client);
  }

  async adopt(id: string): Promise<Task | undefined> {
    const adopted = await adoptTask(this.#place(id, this.#startedWith(id)));
    if (adopted?.link !== undefined) this.#keep(id, adopted.link);
    return adopted?.task;
  }

  known(): Promise<string[]> {
    return readdir(this.#containers);
  }

  async forget(id: string): Promise<void> {
    await this.#links.get(id)?.gone;
    const removal = removeRunDir(join(this.#containers, id));
    this.#removals.set(id, removal);
    try {
      await removal;
    } finally {
      if (this.#removals.get(id) === removal) this.#removals.delete(id);
    }
  }

  run(argv: readonly string[], options: { input?: Uint8Array; signal?: AbortSignal } = {}): Promise<RunResult> {
    return runProgram(this.#zygote, argv, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const link of this.#links.values()) link.disconnect();
    await this.#zygote[Symbol.asyncDispose]();
  }

  #keep(id: string, link: ShimLink): void {
    this.#links.set(id, link);
    void link.gone.then(() => {
      if (this.#links.get(id) === link) this.#links.delete(id);
    });
  }

  #place(id: string, oci: OciRuntime): TaskPlace {
    return { id, dir: join(this.#containers, id), spoolDir: this.#spoolDir, oci, zygote: this.#zygote };
  }

  /** The runtime that knows the container. */
  #startedWith(id: string): OciRuntime {
    return [...this.#oci.byName.values()].find((oci) => existsSync(join(oci.root, id))) ?? this.#oci.default;
  }

  #choose(name: string | undefined): OciRuntime {
    if (name === undefined || name === '') return this.#oci.default;
    const found = this.#oci.byName.get(name === 'io.containerd.runc.v2' ? 'runc' : name);
    if (found === undefined) throw new EngineError('INVALID_ARGUMENT', `unknown or invalid runtime name: ${name}`);
    return found;
  }
}
