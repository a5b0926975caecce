import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { umount } from '../../src/linux/index.ts';
import { privateRoots } from '../../src/library/index.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { cannotRun, startTestEngine, TestEngine } from './harness.ts';

const skip = cannotRun();

test('after a reboot the records are there, and what should run runs', { skip, timeout: 120_000 }, async () => {
  await using engine = await startTestEngine();
  const { client } = engine;
  await client.networks.create({ Name: 'mine' });
  await client.volumes.create({ Name: 'data' });
  const start = async (name: string, policy: 'always' | 'no', host: Record<string, unknown> = {}): Promise<void> => {
    const body = { Image: 'busybox', Cmd: ['sh', '-c', 'echo begun >> /data/log; exec sleep 1000'] };
    await client.containers.create(
      { ...body, HostConfig: { ...host, Binds: ['data:/data'], RestartPolicy: { Name: policy, MaximumRetryCount: 0 } } },
      { name },
    );
    await client.containers.start(name);
  };
  await start('always', 'always', { NetworkMode: 'mine', PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } });
  await start('never', 'no');
  const before = await client.containers.inspect('always');
  const pids = await Promise.all((await client.containers.list()).map(async ({ Id }) => (await client.containers.inspect(Id)).State.Pid));
  await engine.kill();
  powerOff(engine, pids);
  await engine.start();
  const events = new AbortController();
  if (!(await client.containers.inspect('always')).State.Running) {
    for await (const { Action } of client.system.events({ since: '1', filters: { container: ['always'] }, signal: events.signal }))
      if (Action === 'start' && (await client.containers.inspect('always')).State.Running) break;
    events.abort();
  }
  const after = await client.containers.inspect('always');
  assert.notEqual(after.State.Pid, before.State.Pid);
  assert.equal(after.NetworkSettings.Networks['mine']?.NetworkID, before.NetworkSettings.Networks['mine']?.NetworkID);
  const never = await client.containers.inspect('never');
  assert.equal(never.State.Status, 'exited');
  assert.notEqual(never.State.ExitCode, 0);
  await client.containers.start('never');
  assert.equal((await client.containers.inspect('never')).State.Running, true);
  assert.equal((await client.containers.list()).length, 2);
  await client.containers.remove('never', { force: true });
  await client.containers.remove('always', { force: true });
});

test('a full disk is an error of what needs room, and no end of the engine; removing makes room', { skip, timeout: 120_000 }, async (t) => {
  const roots = privateRoots();
  mkdirSync(roots.dataRoot);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', roots.dataRoot]);
  const engine = new TestEngine(roots, {});
  t.after(async () => {
    await engine.kill();
    powerOff(engine, []);
    umount(roots.dataRoot, { detach: true });
    rmSync(roots.directory, { recursive: true, force: true });
  });
  await engine.start();
  const { client } = engine;
  for await (const { error } of client.images.load(await busyboxImage())) assert.equal(error, undefined);
  const run = async (name: string, command: string): Promise<number> => {
    const { Id } = await client.containers.create({ Image: 'busybox', Cmd: ['sh', '-c', command], HostConfig: { Binds: ['data:/data'] } }, { name });
    const { exit } = await client.containers.wait(Id, { condition: 'next-exit' });
    await client.containers.start(Id);
    return (await exit).StatusCode;
  };
  assert.notEqual(await run('filler', 'cat /dev/zero > /data/zeros'), 0);
  const load = async (): Promise<string> => {
    try {
      for await (const { error } of client.images.load(await busyboxImage({ tags: ['other:latest'], config: { Env: ['A=B'] } }))) if (error) return error;
    } catch (error) {
      return String(error);
    }
    return '';
  };
  assert.match(await load(), /no space left on device|ENOSPC|disk is full/i);
  assert.equal((await client.containers.list({ all: true })).length, 1);
  await client.containers.remove('filler');
  await client.volumes.remove('data');
  assert.equal(await run('after', 'echo fine > /data/file'), 0);
  assert.equal(await load(), '');
});

test('a state that is no database of ours is refused with what to do, and left as it is', { skip, timeout: 60_000 }, async () => {
  const roots = privateRoots();
  const file = join(roots.dataRoot, 'slipway.db');
  mkdirSync(roots.dataRoot);
  writeFileSync(file, 'this is no database, but long enough to be taken for one'.repeat(100));
  const before = readFileSync(file);
  try {
    await assert.rejects(
      new TestEngine(roots, {}).start(),
      /Cannot open the state database ".*slipway\.db": file is not a database\. Move it away to start with an empty engine, or restore it from a backup\./,
    );
    assert.deepEqual(readFileSync(file), before);
  } finally {
    rmSync(roots.directory, { recursive: true, force: true });
  }
});

/** What a reboot does to an engine that is gone already: processes (`pids` are those of containers), mounts, links and rules end; the data root stays. */
function powerOff({ roots }: TestEngine, pids: readonly number[]): void {
  const shims = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && linkOf(`/proc/${name}/cwd`).startsWith(roots.execRoot));
  // First those that would still write down how their containers ended.
  for (const pid of [...shims.map(Number), ...pids]) kill(pid);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  for (const target of mounts.reverse()) if (target.startsWith(`${roots.directory}/`) && target !== roots.dataRoot) umount(target, { detach: true });
  rmSync(roots.execRoot, { recursive: true, force: true });
  execFileSync('nft', [`add table inet ${roots.nftTable}; delete table inet ${roots.nftTable}`]);
  for (const name of readdirSync('/sys/class/net'))
    if (name === `${roots.bridgePrefix}0` || name.startsWith(`${roots.bridgePrefix}-`)) execFileSync('ip', ['link', 'del', name]);
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with another one.
  }
}
