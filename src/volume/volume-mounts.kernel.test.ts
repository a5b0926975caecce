import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { openState } from '../state/index.ts';
import { openVolumes } from './index.ts';

const skip = process.getuid?.() === 0 ? false : 'mounts need root';

function setUp(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-volume-'));
  const state = openState(':memory:');
  const open = () => openVolumes({ root: join(dir, 'volumes'), state });
  t.after(async () => {
    await open().restore(new Map());
    rmSync(dir, { recursive: true, force: true });
  });
  return { dir, open };
}

function mountLine(path: string): string | undefined {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((line) => line.split(' ')[4] === path);
}

test('a tmpfs volume is mounted with its options from first to last user', { skip }, async (t) => {
  const volumes = setUp(t).open();
  const { Mountpoint } = await volumes.create({ Name: 'fast', DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,uid=1000,noexec' } });
  assert.equal(mountLine(Mountpoint), undefined);
  await volumes.mount('fast', 'a');
  await volumes.mount('fast', 'b');
  assert.match(mountLine(Mountpoint) ?? '', /noexec.* - tmpfs tmpfs rw,size=1024k,uid=1000/);
  assert.equal(statSync(Mountpoint).uid, 1000);
  await volumes.unmount('fast', 'a');
  assert.ok(mountLine(Mountpoint));
  await volumes.unmount('fast', 'b');
  assert.equal(mountLine(Mountpoint), undefined);
});

test('a volume too small for what the image has stays empty and unmarked: what is written there later stays', { skip }, async (t) => {
  const { dir, open } = setUp(t);
  const volumes = open();
  mkdirSync(join(dir, 'rootfs/data'), { recursive: true });
  writeFileSync(join(dir, 'rootfs/data/large'), Buffer.alloc(1 << 20, 1));
  const { Mountpoint } = await volumes.create({ Name: 'small', DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=64k' } });
  await volumes.mount('small', 'a');
  const copyUp = async (): Promise<void> => await volumes.copyUp('small', { rootfs: join(dir, 'rootfs'), target: '/data' });
  await assert.rejects(copyUp(), { code: 'ENOSPC' });
  assert.deepEqual(readdirSync(Mountpoint), []);
  writeFileSync(join(Mountpoint, 'mine'), '');
  await copyUp();
  assert.deepEqual(readdirSync(Mountpoint), ['mine']);
  await volumes.unmount('small', 'a');
});

test('a bind volume shows the directory of the host, and removing it leaves that directory alone', { skip }, async (t) => {
  const { dir, open } = setUp(t);
  const volumes = open();
  mkdirSync(join(dir, 'host'));
  writeFileSync(join(dir, 'host/file'), 'mine');
  const { Mountpoint } = await volumes.create({ Name: 'bound', DriverOpts: { type: 'none', device: join(dir, 'host'), o: 'bind' } });
  await volumes.mount('bound', 'a');
  assert.equal(readFileSync(join(Mountpoint, 'file'), 'utf8'), 'mine');
  await volumes.remove('bound');
  assert.equal(mountLine(Mountpoint), undefined);
  assert.equal(existsSync(Mountpoint), false);
  assert.equal(readFileSync(join(dir, 'host/file'), 'utf8'), 'mine');
});

test('a mount that fails says what was mounted where, and leaves no user behind', { skip }, async (t) => {
  const volumes = setUp(t).open();
  const { Mountpoint } = await volumes.create({ Name: 'broken', DriverOpts: { type: 'none', device: '/nonexist', o: 'bind' } });
  await assert.rejects(volumes.mount('broken', 'a'), {
    message: `error while mounting volume '${Mountpoint}': failed to mount local volume: mount /nonexist:${Mountpoint}, flags: 0x1000: no such file or directory`,
  });
  await volumes.remove('broken');
});

test('restore() keeps the mounts of running containers and takes the others away', { skip }, async (t) => {
  const { open } = setUp(t);
  const before = open();
  const options = { type: 'tmpfs', device: 'tmpfs' };
  const kept = await before.create({ Name: 'kept', DriverOpts: options });
  const lost = await before.create({ Name: 'lost', DriverOpts: options });
  await before.mount('kept', 'a');
  await before.mount('lost', 'b');
  writeFileSync(join(kept.Mountpoint, 'file'), 'x');
  const after = open();
  await after.restore(new Map([['kept', ['a']]]));
  assert.equal(readFileSync(join(kept.Mountpoint, 'file'), 'utf8'), 'x');
  assert.equal(mountLine(lost.Mountpoint), undefined);
  await after.unmount('kept', 'a');
  assert.equal(mountLine(kept.Mountpoint), undefined);
});
