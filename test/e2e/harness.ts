import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '../../src/client/index.ts';
import type { Client } from '../../src/client/index.ts';
import { privateRoots, rootFlags, startEngineProcess } from '../../src/library/index.ts';
import type { EngineProcess, PrivateRoots } from '../../src/library/index.ts';
import { busyboxImage } from '../support/busybox-image.ts';

/** How a test's engine differs from the usual one. */
export interface TestEngineOptions {
  /** Further flags of `slipway engine`. */
  readonly flags?: readonly string[];
  /** False starts without images; `busybox:latest` is loaded otherwise. */
  readonly busybox?: boolean;
  /** Lines of the engine's standard error. */
  readonly onLog?: (line: string) => void;
}

/** Why a test of the whole engine cannot run here; undefined when it can. For `test(name, { skip: cannotRun() }, …)`. */
export function cannotRun(): string | false {
  return process.getuid?.() === 0 ? false : 'needs root: it makes mounts and namespaces';
}

/** A real engine on private roots. Leaving its scope removes it, and fails when it left anything in the kernel. */
export class TestEngine implements AsyncDisposable {
  readonly host: string;
  readonly socket: string;
  readonly dataRoot: string;
  readonly roots: PrivateRoots;
  readonly client: Client;
  readonly #options: TestEngineOptions;
  #process: EngineProcess | undefined;

  constructor(roots: PrivateRoots, options: TestEngineOptions) {
    this.roots = roots;
    this.socket = roots.socket;
    this.host = `unix://${roots.socket}`;
    this.dataRoot = roots.dataRoot;
    this.client = createClient({ host: this.host });
    this.#options = options;
  }

  get pid(): number {
    assert.ok(this.#process, 'the engine runs');
    return this.#process.pid;
  }

  async start(): Promise<void> {
    const { flags = [], onLog } = this.#options;
    this.#process = await startEngineProcess([...rootFlags(this.roots), ...flags], onLog ? { onLog } : {});
  }

  /** SIGKILL; containers go on. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM; containers go on. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Starts an engine on the same roots again, after `kill`, `stop`, or a `stop` that it does itself. */
  async restart(): Promise<void> {
    if (this.#process) await this.stop();
    await this.start();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.client.connection.close();
    this.#process?.signal(signal);
    await this.#process?.exited;
    this.#process = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#process) await this.start();
    this.client.connection.close();
    this.#process?.leave();
    const code = await this.#process?.exited;
    const left = await settledLeftovers(this.roots);
    rmSync(this.roots.directory, { recursive: true, force: true });
    assert.equal(code, 0, 'the engine ended well');
    assert.deepEqual(left, [], 'the engine left nothing behind');
  }
}

/** A serving engine with `busybox:latest`. Use as `await using engine = await startTestEngine()`. */
export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const engine = new TestEngine(privateRoots(), options);
  try {
    await engine.start();
    if (options.busybox !== false) await loadBusybox(engine.client);
    return engine;
  } catch (error) {
    rmSync(engine.roots.directory, { recursive: true, force: true });
    throw error;
  }
}

async function loadBusybox(client: Client): Promise<void> {
  for await (const message of client.images.load(await busyboxImage())) assert.equal(message.error, undefined);
}

/** The kernel takes links down behind the last reference to their namespace: it is given a moment for that. */
async function settledLeftovers(roots: PrivateRoots): Promise<string[]> {
  for (let left = leftovers(roots), rounds = 50; ; left = leftovers(roots), rounds--) {
    if (left.length === 0 || rounds === 0) return left;
    await delay(100);
  }
}

/** What an engine of these roots still has in the kernel or on disk, each named. */
export function leftovers(roots: PrivateRoots): string[] {
  return [
    ...mountsBelow(roots.directory),
    ...linksOf(roots.bridgePrefix),
    ...tablesOf(roots.nftTable),
    ...processesOf(roots.directory),
    ...[roots.dataRoot, roots.execRoot, roots.socket].filter((path) => existsSync(path)),
  ];
}

function mountsBelow(directory: string): string[] {
  const targets = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return targets.filter((target) => target.startsWith(`${directory}/`)).map((target) => `mount ${target}`);
}

function linksOf(prefix: string): string[] {
  return readdirSync('/sys/class/net')
    .filter((name) => name.startsWith(prefix))
    .map((name) => `link ${name}`);
}

function tablesOf(name: string): string[] {
  const tables = execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }).split('\n');
  return tables.filter((line) => line.split(' ').includes(name)).map((line) => `nft ${line}`);
}

/** Processes with that folder in their words: "process PID: WORDS". */
export function processesOf(directory: string): string[] {
  const running = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return running.filter((pid) => commandLine(pid).includes(directory)).map((pid) => `process ${pid}: ${commandLine(pid)}`);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
