import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { randomId } from '../../src/base/index.ts';
import { execSpec, openRuntime, resolveUser, runtimeSpec } from '../../src/runtime/index.ts';
import type { AttachStream, ExecTask, Runtime, SpecHostConfig, SpecMount, StartOptions, Task, TaskExit, TerminalSize } from '../../src/runtime/index.ts';

/** Why kernel tests cannot run here; false when they can. */
export const skipReason: string | false =
  process.getuid?.() !== 0
    ? 'needs root: containers, namespaces, cgroups'
    : existsSync('/bin/busybox')
      ? false
      : 'needs /bin/busybox (apt install busybox-static)';

/** How a test's container differs from `sleep`-like defaults. */
export interface RunOptions {
  readonly id?: string;
  readonly terminal?: boolean;
  readonly terminalSize?: TerminalSize;
  readonly openStdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly user?: string;
  readonly hostConfig?: SpecHostConfig;
  readonly mounts?: readonly SpecMount[];
  readonly log?: Partial<StartOptions['log']>;
  readonly runtime?: string;
  readonly workingDir?: string;
}

/** A runtime on private roots, and a busybox root file system that all its containers share. */
export class RuntimeRig implements AsyncDisposable {
  readonly dir: string;
  readonly rootfs: string;
  readonly runtime: Runtime;

  private constructor(dir: string, runtime: Runtime) {
    this.dir = dir;
    this.rootfs = join(dir, 'rootfs');
    this.runtime = runtime;
  }

  static async open(dir: string = mkdtempSync(join(tmpdir(), 'slipway-runtime-'))): Promise<RuntimeRig> {
    if (!existsSync(join(dir, 'rootfs'))) makeRootfs(join(dir, 'rootfs'));
    return new RuntimeRig(dir, await openRuntime({ execRoot: join(dir, 'exec'), dataRoot: join(dir, 'data') }));
  }

  logPath(id: string): string {
    return join(this.dir, 'logs', `${id}.log`);
  }

  /** What is passed to `runtime.start` for a command. */
  startOptions(args: readonly string[], options: RunOptions = {}): StartOptions {
    const id = options.id ?? randomId();
    const user = resolveUser(this.rootfs, options.user ?? '');
    const terminal = options.terminal ?? false;
    const spec = runtimeSpec({
      id,
      rootfs: this.rootfs,
      args,
      env: [],
      workingDir: options.workingDir ?? '/',
      user,
      hostname: id.slice(0, 12),
      terminal,
      hostConfig: options.hostConfig ?? {},
      mounts: options.mounts ?? [],
    });
    return {
      id,
      spec,
      terminal,
      terminalSize: options.terminalSize,
      openStdin: options.openStdin ?? false,
      stdinOnce: options.stdinOnce ?? true,
      log: { driver: 'json-file', path: this.logPath(id), ...options.log },
      runtime: options.runtime,
    };
  }

  /** Starts a container; its attached stream, if any, is connected before the process runs. */
  start(args: readonly string[], options: RunOptions = {}): Promise<Task> {
    return this.runtime.start(this.startOptions(args, options));
  }

  /** Starts a container with a client attached. */
  async attached(args: readonly string[], options: RunOptions = {}): Promise<{ task: Task; stream: AttachStream }> {
    const start = this.startOptions(args, options);
    const stream = this.runtime.attachLater(start.id, { stdin: options.openStdin ?? false, stdout: true, stderr: true });
    return { task: await this.runtime.start(start), stream };
  }

  /** Runs a command to its end: its exit, and its output as clients see it. */
  async run(
    args: readonly string[],
    options: RunOptions & { readonly input?: string } = {},
  ): Promise<TaskExit & { stdout: string; stderr: string; raw: Buffer; id: string }> {
    const { task, stream } = await this.attached(args, { openStdin: options.input !== undefined, ...options });
    if (options.input !== undefined) stream.end(options.input);
    const raw = await bytesOf(stream);
    const exit = await task.exited;
    const text = options.terminal === true ? { stdout: raw.toString(), stderr: '' } : splitFrames(raw);
    return { ...exit, ...text, raw, id: task.id };
  }

  /** Starts an exec with all streams attached. */
  exec(
    task: Task,
    args: readonly string[],
    options: { user?: string; terminal?: boolean; terminalSize?: TerminalSize; workingDir?: string } = {},
  ): Promise<ExecTask> {
    const { user = '', terminal = false, workingDir = '/' } = options;
    const spec = execSpec({ rootfs: this.rootfs, args, env: [], workingDir, user, hostname: 'rig', terminal, privileged: false, hostConfig: {} });
    return task.exec({ id: randomId(), process: spec, terminal, terminalSize: options.terminalSize, attach: { stdin: true, stdout: true, stderr: true } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of await this.runtime.known()) {
      const task = await this.runtime.adopt(id);
      if (task === undefined) continue;
      try {
        task.kill('SIGKILL');
      } catch {
        // it has ended by itself
      }
      await task.exited;
      await this.runtime.forget(id);
    }
    await this.runtime[Symbol.asyncDispose]();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Everything a stream says until it ends. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => stream.once('close', resolve));
  return Buffer.concat(chunks);
}

/** Takes Docker's frames apart; throws when they do not come out even. */
export function splitFrames(bytes: Buffer): { stdout: string; stderr: string } {
  const parts: Buffer[][] = [[], []];
  for (let at = 0; at < bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    if (end > bytes.length) throw new Error(`a frame is cut off at byte ${at}`);
    parts[bytes[at] === 2 ? 1 : 0]?.push(bytes.subarray(at + 8, end));
    at = end;
  }
  return { stdout: Buffer.concat(parts[0] ?? []).toString(), stderr: Buffer.concat(parts[1] ?? []).toString() };
}

/** The log's entries, as `docker logs` reads them. */
export function logText(path: string): string {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { log: string }).log)
    .join('');
}

function makeRootfs(rootfs: string): void {
  for (const name of ['bin', 'etc', 'proc', 'sys', 'dev', 'tmp', 'root', 'home/app']) mkdirSync(join(rootfs, name), { recursive: true });
  cpSync('/bin/busybox', join(rootfs, 'bin/busybox'));
  execFileSync(join(rootfs, 'bin/busybox'), ['--install', '-s', join(rootfs, 'bin')]);
  execFileSync('sh', ['-c', `for link in "$1"/bin/*; do [ -L "$link" ] && ln -sfn busybox "$link"; done`, 'sh', rootfs]);
  writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n');
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\napp:x:1000:\nstaff:x:50:app\n');
  writeFileSync(join(rootfs, 'etc/not-executable'), 'text\n');
  execFileSync('chmod', ['1777', join(rootfs, 'tmp')]);
}
