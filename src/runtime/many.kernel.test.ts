import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { suite, test } from 'node:test';

import { bytesOf, RuntimeRig, skipReason, splitFrames } from '../../test/support/runtime-rig.ts';
import { Semaphore } from '../base/index.ts';
import { cgroupV1Dirs } from '../linux/index.ts';

suite('many containers', { skip: skipReason }, () => {
  test('two hundred started by twenty at once, and nothing is left: descriptors, processes, mounts, cgroups, files', async () => {
    const rig = await RuntimeRig.open();
    const dir = rig.dir;
    try {
      await runOne(rig, 'warm-up');
      const before = census(dir);
      const slots = new Semaphore(20);
      const numbers = Array.from({ length: 200 }, (_, number) => String(number));
      const outputs = await Promise.all(numbers.map((number) => slots.run(() => runOne(rig, number))));
      assert.deepEqual(
        outputs,
        numbers.map((number) => `${number}\n`),
      );
      assert.deepEqual(census(dir), before);
    } finally {
      await rig[Symbol.asyncDispose]();
    }
    assert.deepEqual(processesBelow(dir), []);
  });

  test('a thousand clients that come and go leave no descriptor behind', async () => {
    await using rig = await RuntimeRig.open();
    const task = await rig.start(['sleep', '1000']);
    const visit = async (): Promise<void> => {
      const stream = await task.attach({ stdout: true, stderr: true });
      await new Promise((resolve) => stream.once('close', resolve).destroy());
    };
    await visit();
    const shim = processesBelow(rig.dir).find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('slipway-shim')) ?? 0;
    const before = descriptors(process.pid);
    for (let round = 0; round < 50; round++) await Promise.all(Array.from({ length: 20 }, visit));
    assert.equal(descriptors(process.pid), before);
    await visit(); // the shim has seen all ends by the time it has answered this one
    assert.ok(descriptors(shim) < 20, `the shim has ${descriptors(shim)} descriptors`);
    task.kill('SIGKILL');
    await task.exited;
  });
});

/** Containers of this file: other engines have theirs in the same groups. */
const ownIds = new Set<string>();

/** Starts a container that echoes, reads all it says, and forgets it. */
async function runOne(rig: RuntimeRig, word: string): Promise<string> {
  const { task, stream } = await rig.attached(['echo', word]);
  ownIds.add(task.id);
  const seen = bytesOf(stream);
  assert.equal((await task.exited).exitCode, 0);
  const { stdout } = splitFrames(await seen);
  await rig.runtime.forget(task.id);
  return stdout;
}

/** Everything that one container could leave behind. */
function census(dir: string): Record<string, unknown> {
  return {
    descriptors: descriptors(process.pid),
    processes: processesBelow(dir).length,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter((line) => line.includes(dir)), // prettier-ignore
    containers: readdirSync(`${dir}/exec/containers`),
    runtime: readdirSync(`${dir}/exec/crun`),
    backlog: readdirSync(`${dir}/data/backlog`),
    cgroups: cgroupV1Dirs('/slipway').map((path) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory() && ownIds.has(entry.name)).length), // prettier-ignore
  };
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Processes whose working directory is below `dir`: zygote and shims. */
function processesBelow(dir: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return Number.isInteger(pid) && pid !== process.pid && readlinkSync(`/proc/${pid}/cwd`).startsWith(dir);
      } catch {
        return false; // it has ended meanwhile
      }
    });
}
