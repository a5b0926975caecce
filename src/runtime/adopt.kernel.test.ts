import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, suite, test } from 'node:test';

import { bytesOf, logText, RuntimeRig, skipReason, splitFrames } from '../../test/support/runtime-rig.ts';
import { randomId } from '../base/index.ts';

suite('after kill -9 of the engine', { skip: skipReason }, () => {
  let dir: string;
  let id: string;
  let rig: RuntimeRig | undefined;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'slipway-adopt-'));
    id = randomId();
  });
  afterEach(async () => {
    await rig?.[Symbol.asyncDispose]();
    rig = undefined;
  });

  test('adopt() finds a running container: pid, input, output, log, exec, exit code', async () => {
    const before = await startAndDie(dir, id, ['sh', '-c', 'echo before; read line; echo "got $line"; exit 9']);
    rig = await RuntimeRig.open(dir);
    assert.deepEqual(await rig.runtime.known(), [id]);
    const task = await rig.runtime.adopt(id);
    assert.ok(task);
    assert.equal(task.pid, before.pid);
    assert.equal(task.startedAt, before.startedAt);
    const exec = await rig.exec(task, ['echo', 'from exec']);
    exec.stream?.end();
    assert.equal(splitFrames(await bytesOf(exec.stream!)).stdout, 'from exec\n');
    const stream = await task.attach({ stdin: true, stdout: true, stderr: true });
    stream.write('hello\n');
    assert.equal(splitFrames(await bytesOf(stream)).stdout, 'got hello\n');
    assert.equal((await task.exited).exitCode, 9);
    assert.equal(logText(rig.logPath(id)), 'before\ngot hello\n');
  });

  test('adopt() finds the exit of a container that ended while no engine ran', async () => {
    await startAndDie(dir, id, ['sh', '-c', 'sleep 0.3; echo last words; exit 23']);
    await fileAppears(join(dir, 'exec/containers', id), 'exit');
    rig = await RuntimeRig.open(dir);
    const task = await rig.runtime.adopt(id);
    assert.equal((await task?.exited)?.exitCode, 23);
    assert.equal(logText(rig.logPath(id)), 'last words\n');
    await rig.runtime.forget(id);
    assert.equal(await rig.runtime.adopt(id), undefined);
  });

  test('adopt() of a container whose shim was killed ends it and says so', async () => {
    const { pid } = await startAndDie(dir, id, ['sleep', '1000']);
    const shim = shimIn(join(dir, 'exec/containers', id));
    assert.ok(shim);
    process.kill(shim, 'SIGKILL');
    rig = await RuntimeRig.open(dir);
    const task = await rig.runtime.adopt(id);
    const exit = await task?.exited;
    assert.equal(exit?.exitCode, 137);
    assert.match(exit?.error ?? '', /shim/);
    assert.ok(!isRunning(pid), 'the process is gone');
  });

  test('a container can be started again after its adopted run has ended', async () => {
    await startAndDie(dir, id, ['sh', '-c', 'read line; exit 1']);
    rig = await RuntimeRig.open(dir);
    const task = await rig.runtime.adopt(id);
    task?.kill('SIGKILL');
    await task?.exited;
    const again = await rig.start(['echo', 'second run'], { id });
    assert.equal((await again.exited).exitCode, 0);
  });

  test('adopt() knows nothing of a container that never ran', async () => {
    rig = await RuntimeRig.open(dir);
    assert.equal(await rig.runtime.adopt(id), undefined);
  });

  test('the zygote ends with the engine', async () => {
    const zygotes = (): number[] => pidsOf('slipway-zygote', join(dir, 'exec'));
    const { engine } = await startChild(dir, id, ['sleep', '1000']);
    assert.equal(zygotes().length, 1);
    const [zygote = 0] = zygotes();
    await die(engine);
    await processEnds(zygote);
    rig = await RuntimeRig.open(dir);
    assert.equal(zygotes().length, 1);
    (await rig.runtime.adopt(id))?.kill('SIGKILL');
  });
});

interface Child {
  readonly engine: ChildProcess;
  readonly pid: number;
  readonly startedAt: string;
}

/** Starts an engine-like process with one container, and waits until that runs. */
async function startChild(dir: string, id: string, command: readonly string[]): Promise<Child> {
  const program = join(import.meta.dirname, '../../test/support/runtime-child.ts');
  const engine = spawn(process.execPath, [program, dir, id, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(engine.stdout)) return { engine, ...(JSON.parse(line) as { pid: number; startedAt: string }) };
  throw new Error('the engine process said nothing');
}

async function startAndDie(dir: string, id: string, command: readonly string[]): Promise<Child> {
  const child = await startChild(dir, id, command);
  await die(child.engine);
  return child;
}

async function die(engine: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => engine.once('exit', resolve));
  engine.kill('SIGKILL');
  await ended;
}

async function fileAppears(dir: string, name: string): Promise<void> {
  const watcher = watch(dir);
  const appeared = new Promise<void>((resolve) => watcher.on('change', () => existsSync(join(dir, name)) && resolve()));
  if (!existsSync(join(dir, name))) await appeared;
  watcher.close();
}

/** A process that is no child of ours tells nobody but a pidfd when it ends; looking again is all that is left. */
async function processEnds(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function shimIn(dir: string): number | undefined {
  return pidsOf('slipway-shim', dir)[0];
}

function pidsOf(name: string, cwd: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return Number.isInteger(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name && readlinkSync(`/proc/${pid}/cwd`) === cwd;
      } catch {
        return false; // it has ended meanwhile
      }
    });
}
