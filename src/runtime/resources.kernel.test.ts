import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';

import { bytesOf, RuntimeRig, skipReason, splitFrames } from '../../test/support/runtime-rig.ts';
import { isEngineError } from '../base/index.ts';
import { cgroupDir, cgroupHost, cgroupV1Dirs } from '../linux/index.ts';

const version = cgroupHost().version;
const files = version === 1
  ? { memory: 'memory.limit_in_bytes', pids: 'pids.max', shares: 'cpu.shares' }
  : { memory: 'memory.max', pids: 'pids.max', shares: 'cpu.weight' }; // prettier-ignore

suite('resources of a container', { skip: skipReason }, () => {
  let rig: RuntimeRig;
  before(async () => {
    rig = await RuntimeRig.open();
  });
  after(() => rig[Symbol.asyncDispose]());

  const limitOf = (id: string, controller: string, file: string): string => readFileSync(`${cgroupDir(`/slipway/${id}`, controller)}/${file}`, 'utf8').trim();

  test('limits of HostConfig reach the control groups', async () => {
    const task = await rig.start(['sleep', '1000'], { hostConfig: { Memory: 64 << 20, PidsLimit: 50, NanoCpus: 500_000_000 } });
    assert.equal(limitOf(task.id, 'memory', files.memory), String(64 << 20));
    assert.equal(limitOf(task.id, 'pids', files.pids), '50');
    assert.equal(version === 1 ? limitOf(task.id, 'cpu', 'cpu.cfs_quota_us') : limitOf(task.id, 'cpu', 'cpu.max'), version === 1 ? '50000' : '50000 100000');
    task.kill('SIGKILL');
    await task.exited;
  });

  test('exit tells that the kernel killed the process for want of memory', async () => {
    const result = await rig.run(['sh', '-c', 'dd if=/dev/zero of=/dev/null bs=200M count=1'], { hostConfig: { Memory: 16 << 20, MemorySwap: 16 << 20 } });
    assert.notEqual(result.exitCode, 0);
    assert.equal(result.oomKilled, true);
  });

  test('onOom() tells of a kill also while the container goes on running', async () => {
    const hostConfig = { Memory: 16 << 20, MemorySwap: 16 << 20 };
    const task = await rig.start(['sh', '-c', 'read start; dd if=/dev/zero of=/dev/null bs=200M count=1; sleep 1000'], {
      hostConfig,
      openStdin: true,
      stdinOnce: false,
    });
    const told = new Promise<void>((resolve) => task.onOom(resolve));
    const stream = await task.attach({ stdin: true });
    stream.write('\n');
    await told;
    task.kill('SIGKILL');
    assert.equal((await task.exited).oomKilled, true);
  });

  test('a container that only comes near its limit is not reported', async () => {
    const result = await rig.run(['sh', '-c', 'dd if=/dev/zero of=/dev/null bs=8M count=1'], { hostConfig: { Memory: 64 << 20 } });
    assert.equal(result.oomKilled, false);
  });

  test('update() changes limits up and down, and says what the kernel refuses', async () => {
    const task = await rig.start(['sleep', '1000'], { hostConfig: { Memory: 64 << 20 } });
    task.update({ Memory: 256 << 20, MemorySwap: 512 << 20 });
    assert.equal(limitOf(task.id, 'memory', files.memory), String(256 << 20));
    task.update({ Memory: 32 << 20, MemorySwap: 32 << 20, PidsLimit: 77, CpuShares: 512 });
    assert.equal(limitOf(task.id, 'memory', files.memory), String(32 << 20));
    assert.equal(limitOf(task.id, 'pids', files.pids), '77');
    if (version === 1) assert.equal(limitOf(task.id, 'cpu', files.shares), '512');
    assert.throws(
      () => task.update({ CpusetCpus: '4000' }),
      (error) => isEngineError(error, 'INVALID_ARGUMENT'),
    );
    task.kill('SIGKILL');
    await task.exited;
  });

  test('pause() stops the processes, resume() lets them go on', async () => {
    const { task, stream } = await rig.attached(['sh', '-c', 'while :; do echo tick; sleep 0.01; done']);
    await new Promise((resolve) => stream.once('data', resolve));
    await task.pause();
    const ticks = task.stats().cpu_stats.cpu_usage.total_usage;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(task.stats().cpu_stats.cpu_usage.total_usage, ticks, 'no processor time is used while paused');
    await task.resume();
    await new Promise((resolve) => stream.once('data', resolve));
    task.kill('SIGKILL');
    await task.exited;
  });

  test('a paused container can be killed', async () => {
    const task = await rig.start(['sleep', '1000']);
    await task.pause();
    task.kill('SIGKILL');
    if (version === 1) await task.resume(); // a frozen task of v1 takes its signal when it is thawed
    assert.equal((await task.exited).exitCode, 137);
  });

  test('stats() and top() tell what runs', async () => {
    const task = await rig.start(['sh', '-c', 'sleep 1000 & exec sleep 2000'], { hostConfig: { Memory: 64 << 20 } });
    const exec = await rig.exec(task, ['true']); // both sleeps are there by now
    exec.stream?.end();
    await bytesOf(exec.stream!);
    const stats = task.stats();
    assert.equal(stats.memory_stats.limit, 64 << 20);
    assert.ok((stats.memory_stats.usage ?? 0) > 0);
    assert.ok((stats.pids_stats.current ?? 0) >= 2);
    assert.ok(stats.cpu_stats.cpu_usage.total_usage > 0 && stats.cpu_stats.system_cpu_usage > stats.cpu_stats.cpu_usage.total_usage);
    const table = await task.top();
    assert.deepEqual(table.Titles, ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']);
    assert.deepEqual(new Set(table.Processes.map((row) => row.at(-1))), new Set(['sleep 1000', 'sleep 2000']));
    assert.equal(
      table.Processes.some((row) => row[1] === String(task.pid)),
      true,
    );
    assert.deepEqual((await task.top('-o pid,comm')).Titles, ['PID', 'COMMAND']);
    await assert.rejects(task.top('-o comm'), /Couldn't find PID field in ps output/);
    task.kill('SIGKILL');
    await task.exited;
  });

  test('after the end the control groups are gone', async () => {
    const task = await rig.start(['true']);
    await task.exited;
    await rig.runtime.forget(task.id);
    assert.throws(() => limitOf(task.id, 'pids', 'pids.max'), /ENOENT/);
  });

  test('without a pid namespace nothing of the container survives its end', async () => {
    const { exitCode, stdout, id } = await rig.run(['sh', '-c', 'sleep 1000 & echo $!'], { hostConfig: { PidMode: 'host' } });
    assert.equal(exitCode, 0);
    await rig.runtime.forget(id);
    assert.ok(!existsSync(`/proc/${stdout.trim()}`));
  });

  test('output that a killed process left in the pipe is not lost', async () => {
    const { task, stream } = await rig.attached(['sh', '-c', 'echo one; echo two; kill -9 $$'], { hostConfig: { Init: true } });
    const seen = bytesOf(stream);
    assert.equal((await task.exited).exitCode, 137);
    assert.equal(splitFrames(await seen).stdout, 'one\ntwo\n');
  });

  test('a cgroup parent that somebody made without processors is filled', { skip: version === 1 ? false : 'only cgroup v1 has empty cpusets' }, async () => {
    const parent = `/slipway-test-${process.pid}`;
    mkdirSync(`${cgroupDir(parent, 'cpuset')}`);
    try {
      assert.equal((await rig.run(['true'], { hostConfig: { CgroupParent: `${parent}/inner` } })).exitCode, 0);
    } finally {
      for (const dir of cgroupV1Dirs(parent)) {
        rmdirIfThere(`${dir}/inner`);
        rmdirIfThere(dir);
      }
    }
  });
});

/** A group that holds others, or was never made in a hierarchy, is left alone. */
function rmdirIfThere(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // see above
  }
}
