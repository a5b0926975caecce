import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { openState } from '../state/index.ts';
import type { VolumeRecord } from './volume-record.ts';
import { openVolumes } from './index.ts';

function setUp(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-volume-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const state = openState(':memory:');
  return { dir, state, volumes: openVolumes({ root: join(dir, 'volumes'), state }) };
}

test('create() makes a directory, and gives the volume of that name again', async (t) => {
  const { volumes } = setUp(t);
  const first = await volumes.create({ Name: 'data', Labels: { a: 'b' } });
  assert.ok(statSync(first.Mountpoint).isDirectory());
  assert.deepEqual(await volumes.create({ Name: 'data' }), first);
  assert.deepEqual(volumes.resolve('data').Labels, { a: 'b' });
  assert.equal(first.Options, null);
});

test('create() without a name marks the volume as anonymous', async (t) => {
  const { volumes } = setUp(t);
  const { Name, Labels } = await volumes.create({});
  assert.match(Name, /^[0-9a-f]{64}$/);
  assert.deepEqual(Labels, { 'com.docker.volume.anonymous': '' });
});

test('create() refuses names, drivers and options in the words that clients know', async (t) => {
  const { volumes } = setUp(t);
  await assert.rejects(volumes.create({ Name: 'bad/name' }), /create bad\/name: "bad\/name" includes invalid characters for a local volume name, only/);
  await assert.rejects(volumes.create({ Name: 'x' }), /create x: volume name is too short, names should be at least two alphanumeric characters/);
  await assert.rejects(volumes.create({ Name: 'vv', Driver: 'nope' }), /create vv: error looking up volume plugin nope: plugin "nope" not found/);
  await assert.rejects(volumes.create({ Name: 'vv', DriverOpts: { foo: 'bar' } }), /create vv: invalid option: "foo"/);
  await assert.rejects(volumes.create({ Name: 'vv', DriverOpts: { type: 'tmpfs' } }), /create vv: missing required option: "device"/);
  await assert.rejects(volumes.create({ Name: 'vv', DriverOpts: { device: '/x' } }), /create vv: missing required option: "type"/);
  assert.equal(volumes.has('vv'), false);
  assert.throws(() => volumes.resolve('vv'), /get vv: no such volume/);
});

test('remove() refuses while containers name the volume, and force forgives one that is not there', async (t) => {
  const { volumes } = setUp(t);
  const { Mountpoint } = await volumes.create({ Name: 'data' });
  await assert.rejects(volumes.remove('data', { users: ['abc'] }), /remove data: volume is in use - \[abc\]/);
  await volumes.remove('data');
  assert.equal(existsSync(Mountpoint), false);
  await assert.rejects(volumes.remove('data'), /get data: no such volume/);
  await volumes.remove('data', { force: true });
});

test('prune() takes anonymous volumes that nobody uses, and all of them on demand', async (t) => {
  const { volumes } = setUp(t);
  const anonymous = await volumes.create({});
  const named = await volumes.create({ Name: 'named', Labels: { keep: '1' } });
  const used = await volumes.create({});
  writeFileSync(join(anonymous.Mountpoint, 'file'), 'x'.repeat(1000));
  const references = (name: string): number => (name === used.Name ? 1 : 0);
  assert.deepEqual(
    (await volumes.prunable({}, references)).map(({ Name }) => Name),
    [anonymous.Name],
  );
  assert.deepEqual(await volumes.prune({}, references), { VolumesDeleted: [anonymous.Name], SpaceReclaimed: 1000 });
  assert.deepEqual((await volumes.prune({ all: ['true'], 'label!': ['keep'] }, references)).VolumesDeleted, []);
  assert.deepEqual((await volumes.prune({ all: ['true'] }, references)).VolumesDeleted, [named.Name]);
});

test('list() filters by name, label, driver and dangling', async (t) => {
  const { volumes } = setUp(t);
  await volumes.create({ Name: 'one', Labels: { a: 'b' } });
  await volumes.create({ Name: 'two' });
  const names = (filters: Record<string, string[]>): string[] => volumes.list(filters, (name) => (name === 'one' ? 1 : 0)).map(({ Name }) => Name);
  assert.deepEqual(names({ name: ['on'] }), ['one']);
  assert.deepEqual(names({ label: ['a=b'] }), ['one']);
  assert.deepEqual(names({ dangling: ['true'] }), ['two']);
  assert.deepEqual(names({ driver: ['other'] }), []);
  assert.throws(() => names({ bogus: ['x'] }), /invalid filter 'bogus'/);
});

test('copyUp() copies kinds, modes, times and hard links, and follows no link', async (t) => {
  const { dir, volumes } = setUp(t);
  const rootfs = join(dir, 'rootfs');
  const source = join(rootfs, 'data');
  mkdirSync(join(source, 'sub'), { recursive: true });
  writeFileSync(join(dir, 'secret'), 'host');
  writeFileSync(join(source, 'file'), 'content');
  chmodSync(join(source, 'file'), 0o4755);
  utimesSync(join(source, 'file'), 1000, 2000);
  linkSync(join(source, 'file'), join(source, 'sub', 'same'));
  symlinkSync(join(dir, 'secret'), join(source, 'out'));
  chmodSync(source, 0o1777);
  const { Mountpoint } = await volumes.create({ Name: 'data' });
  await volumes.copyUp('data', { rootfs, target: '/data' });
  const file = statSync(join(Mountpoint, 'file'));
  assert.equal(file.mode & 0o7777, 0o4755);
  assert.equal(file.mtimeMs, 2_000_000);
  assert.equal(file.nlink, 2);
  assert.equal(lstatSync(join(Mountpoint, 'sub', 'same')).ino, file.ino);
  assert.equal(readlinkSync(join(Mountpoint, 'out')), join(dir, 'secret'));
  assert.equal(statSync(Mountpoint).mode & 0o7777, 0o1777);
});

test('copyUp() resolves the target inside the image, and leaves a volume that holds anything alone', async (t) => {
  const { dir, volumes } = setUp(t);
  const rootfs = join(dir, 'rootfs');
  mkdirSync(join(rootfs, 'real'), { recursive: true });
  mkdirSync(join(dir, 'host'));
  writeFileSync(join(rootfs, 'real', 'inside'), '');
  writeFileSync(join(dir, 'host', 'secret'), '');
  symlinkSync('/real', join(rootfs, 'link'));
  symlinkSync('../../host', join(rootfs, 'escape'));
  const one = await volumes.create({ Name: 'one' });
  await volumes.copyUp('one', { rootfs, target: '/link' });
  assert.deepEqual(readdirSync(one.Mountpoint), ['inside']);
  await volumes.copyUp('one', { rootfs, target: '/' });
  assert.deepEqual(readdirSync(one.Mountpoint), ['inside']);
  const two = await volumes.create({ Name: 'two' });
  await volumes.copyUp('two', { rootfs, target: '/escape' });
  await volumes.copyUp('two', { rootfs, target: '/missing' });
  assert.deepEqual(readdirSync(two.Mountpoint), []);
});

test('copyUp() begins anew where an engine was killed in the middle', async (t) => {
  const { dir, volumes, state } = setUp(t);
  mkdirSync(join(dir, 'rootfs/data'), { recursive: true });
  writeFileSync(join(dir, 'rootfs/data/whole'), 'content');
  const { Mountpoint } = await volumes.create({ Name: 'data' });
  writeFileSync(join(Mountpoint, 'whole'), 'con');
  const records = state.records<VolumeRecord>('volume');
  records.put('data', { ...records.get('data')!, filling: true });
  await volumes.copyUp('data', { rootfs: join(dir, 'rootfs'), target: '/data' });
  assert.equal(readFileSync(join(Mountpoint, 'whole'), 'utf8'), 'content');
  assert.equal(records.get('data')?.filling, undefined);
});

test('copyUp() for two containers at once fills the volume once', async (t) => {
  const { dir, volumes, state } = setUp(t);
  const names = Array.from({ length: 200 }, (_, index) => `file${index}`).toSorted();
  for (const image of ['one', 'two']) {
    mkdirSync(join(dir, image, 'data'), { recursive: true });
    for (const name of names) writeFileSync(join(dir, image, 'data', name), image);
  }
  const { Mountpoint } = await volumes.create({ Name: 'data' });
  await Promise.all(['one', 'two'].map((image) => volumes.copyUp('data', { rootfs: join(dir, image), target: '/data' })));
  assert.deepEqual(readdirSync(Mountpoint).toSorted(), names);
  for (const name of names) assert.equal(readFileSync(join(Mountpoint, name), 'utf8'), 'one');
  assert.equal(state.records<VolumeRecord>('volume').get('data')?.filling, undefined);
});

test('subpath() stays inside the volume', async (t) => {
  const { dir, volumes } = setUp(t);
  const { Mountpoint } = await volumes.create({ Name: 'data' });
  mkdirSync(join(Mountpoint, 'a/b'), { recursive: true });
  symlinkSync(dir, join(Mountpoint, 'out'));
  assert.equal(volumes.subpath('data', 'a/b'), join(Mountpoint, 'a/b'));
  assert.throws(() => volumes.subpath('data', '../x'), /subpath must be a relative path within the volume/);
  assert.throws(() => volumes.subpath('data', 'out'), /subpath must be a relative path within the volume/);
  assert.throws(() => volumes.subpath('data', 'nosuch'), /cannot access path .*nosuch: no such file or directory/);
});

test('restore() empties a volume that an engine was killed in filling, and no other', async (t) => {
  const { volumes, state } = setUp(t);
  const records = state.records<VolumeRecord>('volume');
  for (const name of ['killed', 'taken', 'whole']) {
    const { Mountpoint } = await volumes.create({ Name: name });
    writeFileSync(join(Mountpoint, 'part'), '');
    if (name !== 'whole') records.put(name, { ...records.get(name)!, filling: true });
  }
  await volumes.restore(new Map([['taken', ['a-container']]]));
  const left = ['killed', 'taken', 'whole'].map((name) => [readdirSync(volumes.mountpoint(name)).length, records.get(name)?.filling]);
  assert.deepEqual(left, [[0, undefined], [1, undefined], [1, undefined]]); // prettier-ignore
});

test('restore() removes directories that no record names', async (t) => {
  const { dir, volumes } = setUp(t);
  await volumes.create({ Name: 'kept' });
  mkdirSync(join(dir, 'volumes/stray/_data'), { recursive: true });
  await volumes.restore(new Map());
  assert.deepEqual(readdirSync(join(dir, 'volumes')), ['kept']);
});
