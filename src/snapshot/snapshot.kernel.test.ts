import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';

import { makeDeepFolders } from '../../test/support/deep-folders.ts';
import { getXattr, removeTree, setXattr } from '../linux/index.ts';
import { digestOf } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { directoryEntry, fileEntry, readTar, tarBytes } from '../tar/index.ts';
import type { TarEntry, TarSource } from '../tar/index.ts';
import { layerTar } from './diff-walk.ts';
import { openSnapshots } from './index.ts';
import type { Snapshotter } from './index.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root: mounts overlayfs';

interface Fixture extends AsyncDisposable {
  readonly root: string;
  readonly snapshots: Snapshotter;
  layer(members: readonly TarSource[], parent?: Digest): Promise<Digest>;
}

function fixture(): Fixture {
  const root = mkdtempSync(join(tmpdir(), 'slipway-snapshot-'));
  const snapshots = openSnapshots(join(root, 'snapshots'));
  return {
    root,
    snapshots,
    async layer(members, parent) {
      const tar = await tarBytes(members);
      const diffId = digestOf(tar);
      const chainId = parent ? digestOf(`${parent} ${diffId}`) : diffId;
      const blobPath = join(root, `blob-${chainId.slice(7, 19)}`);
      writeFileSync(blobPath, tar);
      await snapshots.unpack({ chainId, diffId, blobPath, ...(parent && { parent }) });
      return chainId;
    },
    async [Symbol.asyncDispose]() {
      for (const key of snapshots.actives()) snapshots.remove(key);
      await snapshots.idle();
      rmSync(root, { recursive: true });
    },
  };
}

function text(path: string, contents: string, more: Partial<TarEntry> = {}): TarSource {
  return { entry: fileEntry(path, Buffer.byteLength(contents), more), body: Buffer.from(contents) };
}

async function listed(stream: AsyncIterable<Uint8Array>): Promise<string[]> {
  const names: string[] = [];
  for await (const { entry } of readTar(stream)) names.push(entry.linkName === undefined ? entry.path : `${entry.path} -> ${entry.linkName}`);
  return names;
}

test('prepare() shows the stack of layers, whiteouts and opaque folders applied', { skip }, async () => {
  await using on = fixture();
  const base = await on.layer([
    { entry: directoryEntry('etc/') },
    text('etc/a', 'a'),
    text('etc/b', 'b'),
    { entry: directoryEntry('var/') },
    text('var/old', 'old'),
  ]);
  const top = await on.layer(
    [text('etc/.wh.a', ''), text('etc/c', 'c'), { entry: directoryEntry('var/') }, text('var/.wh..wh..opq', ''), text('var/new', 'new')],
    base,
  );
  const snapshot = on.snapshots.prepare('box', top);
  snapshot.mount();
  snapshot.mount();
  assert.equal(on.snapshots.mounted('box'), true);
  assert.deepEqual(readdirSync(join(snapshot.target, 'etc')).sort(), ['b', 'c', 'hostname', 'hosts', 'mtab', 'resolv.conf']);
  assert.deepEqual(readdirSync(join(snapshot.target, 'var')), ['new']);
  snapshot.unmount();
  assert.equal(on.snapshots.mounted('box'), false);
  const view = on.snapshots.view('look', top);
  assert.deepEqual(readdirSync(view.target).sort(), ['etc', 'var']);
  assert.throws(() => writeFileSync(join(view.target, 'x'), ''), { code: 'EROFS' });
});

test('changes() and diffTar() tell what was written, and only that', { skip }, async () => {
  await using on = fixture();
  const base = await on.layer([
    { entry: directoryEntry('etc/') },
    text('etc/keep', 'k'),
    text('etc/gone', 'g'),
    text('etc/edit', 'e'),
    { entry: directoryEntry('d/') },
    text('d/1', '1'),
    text('same', 's'),
  ]);
  const snapshot = on.snapshots.prepare('box', base);
  snapshot.mount();
  const at = (path: string): string => join(snapshot.target, path);
  rmSync(at('etc/gone'));
  writeFileSync(at('etc/edit'), 'edited');
  rmSync(at('d'), { recursive: true });
  mkdirSync(at('d'));
  writeFileSync(at('d/2'), '2');
  execFileSync('ln', [at('d/2'), at('d/3')]);
  execFileSync('mkfifo', [at('pipe')]);
  chmodSync(at('same'), 0o600);
  chmodSync(at('same'), 0o644);
  setXattr(at('d/2'), 'security.capability', Buffer.from('0100000200040000000000000000000000000000', 'hex'));
  assert.deepEqual(
    (await on.snapshots.changes('box')).map(({ path, kind }) => `${'CAD'[kind]} ${path}`),
    ['C /d', 'D /d/1', 'A /d/2', 'A /d/3', 'C /etc', 'C /etc/edit', 'D /etc/gone', 'A /pipe'],
  );
  const diff = Buffer.concat(await on.snapshots.diffTar('box', { clampTime: 1000 }).toArray());
  assert.deepEqual(await listed(Readable.from([diff])), ['d/', 'd/.wh..wh..opq', 'd/2', 'd/3 -> d/2', 'etc/', 'etc/edit', 'etc/.wh.gone', 'pipe', 'same']);
  const again = Buffer.concat(await on.snapshots.diffTar('box', { clampTime: 1000 }).toArray());
  assert.ok(diff.equals(again));
  assert.equal(await on.snapshots.usage('box'), 'edited'.length + 1 + 1);
});

test('layerTar() reads nothing outside of its folder, whatever is swapped meanwhile', { skip }, (t) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-diff-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const name of ['outside', 'upper/a/b']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'outside/secret'), 'secret');
  writeFileSync(join(root, 'upper/a/b/own'), 'own');
  const pieces = layerTar(join(root, 'upper'));
  const first = pieces.next().value; // The header of "a": next comes what is in it.
  renameSync(join(root, 'upper/a'), join(root, 'upper/was'));
  symlinkSync(join(root, 'outside'), join(root, 'upper/a'));
  let seen = String(first);
  try {
    for (const piece of pieces) seen += piece.toString('latin1');
  } catch (error) {
    assert.match(String(error), /ELOOP|ENOTDIR/);
  }
  assert.ok(!seen.includes('secret'));
});

test('layerTar() does not go down for ever', { skip }, async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-diff-'));
  t.after(() => removeTree(root));
  makeDeepFolders(root);
  assert.throws(() => [...layerTar(root)], /file name too long/);
});

test('commit() makes a layer without a copy that shows the same', { skip }, async () => {
  await using on = fixture();
  const base = await on.layer([text('a', 'a'), text('b', 'b')]);
  const snapshot = on.snapshots.prepare('step', base);
  snapshot.mount({ volatile: true });
  writeFileSync(join(snapshot.target, 'c'), 'cc');
  rmSync(join(snapshot.target, 'a'));
  const chainId = digestOf('top');
  const { createdAtMs, ...layer } = await on.snapshots.commit('step', chainId);
  assert.deepEqual(layer, { chainId, parent: base, sizeBytes: 2 });
  assert.ok(Date.now() - createdAtMs < 60_000);
  assert.deepEqual(on.snapshots.actives(), []);
  assert.deepEqual(readdirSync(on.snapshots.view('look', chainId).target).sort(), ['b', 'c']);
  assert.throws(() => on.snapshots.removeLayer(base), { code: 'FAILED_PRECONDITION' });
  assert.deepEqual(await listed(on.snapshots.layerTar(chainId)), ['.wh.a', 'c']);
});

test('openSnapshots() finds layers and snapshots again and clears half-made ones', { skip }, async () => {
  await using on = fixture();
  const base = await on.layer([text('a', 'a')]);
  on.snapshots.prepare('box', base).mount();
  const root = join(on.root, 'snapshots');
  mkdirSync(join(root, 'making', 'half', 'fs'), { recursive: true });
  mkdirSync(join(root, 'trash', 'old'), { recursive: true });
  const again = openSnapshots(root);
  await again.idle();
  assert.deepEqual([readdirSync(join(root, 'making')), readdirSync(join(root, 'trash'))], [[], []]);
  assert.deepEqual(again.layers(), on.snapshots.layers());
  assert.equal(again.mounted('box'), true);
  assert.equal(readFileSync(join(again.active('box')?.target ?? '', 'a'), 'utf8'), 'a');
  again.remove('box');
  await again.idle();
  assert.equal(existsSync(join(root, 'active', 'box')), false);
  on.snapshots.remove('box');
});

test('prepare() mounts stacks whose paths exceed the page that mount(2) takes', { skip }, async () => {
  await using on = fixture();
  let top: Digest | undefined;
  for (let index = 0; index < 60; index++) top = await on.layer([text(`file-${index}`, String(index))], top);
  const snapshot = on.snapshots.prepare('deep', top);
  assert.ok(snapshot.mountOptions.length > 4096);
  snapshot.mount();
  assert.equal(readdirSync(snapshot.target).filter((name) => name.startsWith('file-')).length, 60);
  writeFileSync(join(snapshot.target, 'file-0'), 'changed');
});

test('a volatile snapshot is mounted again after it was unmounted', { skip }, async () => {
  await using on = fixture();
  const snapshot = on.snapshots.prepare('box', await on.layer([text('a', 'a')]));
  for (const name of ['one', 'two']) {
    snapshot.mount({ volatile: true });
    writeFileSync(join(snapshot.target, name), name);
    snapshot.unmount();
    assert.equal(on.snapshots.mounted('box'), false);
  }
  snapshot.mount();
  assert.deepEqual(
    readdirSync(snapshot.target)
      .filter((name) => /^(one|two|a)$/.test(name))
      .sort(),
    ['a', 'one', 'two'],
  );
});

test('prepare() of a snapshot without parent is empty but for mount points, and diffs whole', { skip }, async () => {
  await using on = fixture();
  const snapshot = on.snapshots.prepare('scratch');
  snapshot.mount();
  assert.deepEqual(readdirSync(snapshot.target).sort(), ['.dockerenv', 'dev', 'etc', 'proc', 'sys']);
  writeFileSync(join(snapshot.target, 'hello'), 'x');
  assert.deepEqual(await listed(on.snapshots.diffTar('scratch')), ['hello']);
});

test('the init layer keeps owner and mode of the folders that it repeats, and steps aside for links', { skip }, async () => {
  await using on = fixture();
  const base = await on.layer([
    { entry: directoryEntry('etc/', { mode: 0o750, uid: 7, gid: 8 }) },
    text('etc/hosts', 'mine'),
    { entry: { type: 'symlink', path: 'dev', linkName: 'other', mode: 0o777, uid: 0, gid: 0, mtime: 0, sizeBytes: 0 } },
  ]);
  const snapshot = on.snapshots.prepare('box', base);
  snapshot.mount();
  const { mode, uid, gid } = statSync(join(snapshot.target, 'etc'));
  assert.deepEqual([mode & 0o7777, uid, gid], [0o750, 7, 8]);
  assert.equal(readFileSync(join(snapshot.target, 'etc/hosts'), 'utf8'), 'mine');
  assert.ok(lstatSync(join(snapshot.target, 'dev')).isSymbolicLink());
});

test('unpack() refuses a wrong diff id and an archive that ends early, and keeps nothing', { skip }, async () => {
  await using on = fixture();
  const tar = await tarBytes([text('a', 'a'.repeat(5000))]);
  const blobPath = join(on.root, 'blob');
  writeFileSync(blobPath, tar);
  const chainId = digestOf('wrong');
  await assert.rejects(on.snapshots.unpack({ chainId, diffId: chainId, blobPath }), { code: 'DATA_LOSS', message: /don't match image configuration/ });
  writeFileSync(blobPath, tar.subarray(0, 3000));
  await assert.rejects(on.snapshots.unpack({ chainId, diffId: chainId, blobPath }), { code: 'INVALID_ARGUMENT', message: /unexpected EOF/ });
  await assert.rejects(on.snapshots.unpack({ chainId, diffId: chainId, blobPath, signal: AbortSignal.abort(new Error('stop')) }), /stop/);
  await on.snapshots.idle();
  assert.equal(on.snapshots.has(chainId), false);
  assert.deepEqual(
    ['layers', 'making', 'trash'].flatMap((name) => readdirSync(join(on.root, 'snapshots', name))),
    [],
  );
});

test('a layer cannot bring attributes that steer overlayfs', { skip }, async () => {
  await using on = fixture();
  const xattrs = new Map([
    ['trusted.overlay.redirect', Buffer.from('/etc')],
    ['user.kept', Buffer.from('v')],
  ]);
  const chainId = await on.layer([{ entry: directoryEntry('d/', { xattrs }) }]);
  const directory = join(on.snapshots.layerDir(chainId), 'd');
  assert.equal(getXattr(directory, 'trusted.overlay.redirect'), undefined);
  assert.equal(getXattr(directory, 'user.kept')?.toString(), 'v');
});
