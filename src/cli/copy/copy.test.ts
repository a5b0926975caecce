import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { directoryEntry, fileEntry, type TarSource, writeTar } from '../../tar/index.ts';
import { parsePlace, planCopy, renameMember } from './copy-place.ts';
import { pack } from './pack.ts';
import { unpack } from './unpack.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'slipway-copy-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function archive(members: readonly TarSource[]): AsyncIterable<Buffer> {
  return writeTar(members);
}

function file(path: string, text: string): TarSource {
  return { entry: fileEntry(path, text.length), body: Buffer.from(text) };
}

test('parsePlace() tells containers from paths', () => {
  assert.deepEqual(parsePlace('web:/etc'), { container: 'web', path: '/etc' });
  for (const text of ['/a:b', './a:b', 'plain']) assert.deepEqual(parsePlace(text), { path: text });
});

test('planCopy() decides as cp -a does', () => {
  const directory = (path: string): Parameters<typeof planCopy>[0] => ({ path, isDirectory: true });
  const plain = { path: 'f', isDirectory: false };
  const there = (path: string, isDirectory: boolean): Parameters<typeof planCopy>[1] => ({ path, exists: true, isDirectory });
  const nowhere = (path: string): Parameters<typeof planCopy>[1] => ({ path, exists: false, isDirectory: false });
  assert.deepEqual(planCopy(directory('d'), there('/x', true)), { directory: '/x', from: 'd', to: 'd' });
  assert.deepEqual(planCopy(directory('d/.'), there('/x', true)), { directory: '/x', from: 'd', to: '.' });
  assert.deepEqual(planCopy(directory('d'), nowhere('/x/new')), { directory: '/x', from: 'd', to: 'new' });
  assert.deepEqual(planCopy(plain, nowhere('/x/new')), { directory: '/x', from: 'f', to: 'new' });
  assert.deepEqual(planCopy(plain, there('/x/old', false)), { directory: '/x', from: 'f', to: 'old' });
  assert.throws(() => planCopy(plain, nowhere('/x/new/')), { message: 'no such directory' });
  assert.throws(() => planCopy(directory('d'), there('/x/old', false)), { message: 'cannot copy directory' });
});

test('renameMember() puts members under their new name', () => {
  assert.deepEqual(
    ['d', 'd/a', 'd/d/b'].map((name) => renameMember(name, { directory: '', from: 'd', to: 'e' })),
    ['e', 'e/a', 'e/d/b'],
  );
  assert.deepEqual(
    ['d/', 'd/a'].map((name) => renameMember(name, { directory: '', from: 'd', to: '.' })),
    ['.', 'a'],
  );
});

test('pack() and unpack() give the same tree', async (t) => {
  const [from, to] = [folder(t), folder(t)];
  mkdirSync(join(from, 'sub'));
  writeFileSync(join(from, 'sub/file'), 'text', { mode: 0o640 });
  symlinkSync('file', join(from, 'sub/link'));
  let bytes = 0;
  await unpack(pack(from, 'new', false), { directory: to, from: 'new', to: 'new' }, { keepOwner: false, onBytes: (count) => void (bytes += count) });
  assert.deepEqual(readdirSync(join(to, 'new/sub')).toSorted(), ['file', 'link']);
  assert.equal(readFileSync(join(to, 'new/sub/file'), 'utf8'), 'text');
  assert.equal(lstatSync(join(to, 'new/sub/file')).mode & 0o777, 0o640);
  assert.equal(readlinkSync(join(to, 'new/sub/link')), 'file');
  assert.equal(bytes, 4);
});

test('unpack() never leaves its folder, whatever the archive says', async (t) => {
  const [outside, inside] = [folder(t), folder(t)];
  const plan = { directory: inside, from: 'x', to: 'x' };
  const link = (path: string, linkName: string): TarSource => ({ entry: { ...fileEntry(path, 0), type: 'symlink', linkName } });
  await assert.rejects(unpack(archive([file('../evil', 'x')]), plan, { keepOwner: false }), /leads out of the destination/);
  await assert.rejects(unpack(archive([link('x', outside), file('x/evil', 'x')]), plan, { keepOwner: false }), /it is no folder/);
  await assert.rejects(
    unpack(archive([{ entry: directoryEntry('d') }, link('d/l', outside), { entry: directoryEntry('d/l/sub') }]), plan, { keepOwner: false }),
    /no folder|non-directory/,
  );
  writeFileSync(join(outside, 'target'), 'kept');
  rmSync(join(inside, 'x'), { force: true });
  symlinkSync(join(outside, 'target'), join(inside, 'x'));
  await unpack(archive([file('x', 'new')]), plan, { keepOwner: false });
  assert.equal(readFileSync(join(outside, 'target'), 'utf8'), 'kept');
  assert.equal(readFileSync(join(inside, 'x'), 'utf8'), 'new');
  await assert.rejects(
    unpack(
      archive([{ entry: { ...fileEntry('h', 0), type: 'hardlink', linkName: '../../etc/passwd' } }]),
      { directory: inside, from: 'h', to: 'h' },
      { keepOwner: false },
    ),
    /leads out of the destination/,
  );
  assert.deepEqual(readdirSync(outside), ['target']);
});
