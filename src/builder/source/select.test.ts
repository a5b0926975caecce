import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { directoryEntry, fileEntry, writeTar } from '../../tar/index.ts';
import type { TarEntry, TarSource } from '../../tar/index.ts';
import { selectSources } from './select.ts';
import type { Selection, SelectionResult } from './select.ts';
import { TarTree } from './tar-tree.ts';

type Files = Readonly<Record<string, string | TarEntry>>;

const project: Files = {
  a: 'A',
  b: 'B',
  'dir/c': 'C',
  'dir/sub/d': 'D',
  'dir/up': link('../a'),
  la: link('a'),
  ldir: link('/dir'),
  out: link('../../../etc/passwd'),
  loop: link('loop'),
};

function link(linkName: string): TarEntry {
  return { type: 'symlink', path: '', mode: 0o777, uid: 0, gid: 0, sizeBytes: 0, mtime: 0, linkName };
}

async function withTree<T>(files: Files, use: (tree: TarTree) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-select-'));
  try {
    const members = Object.entries(files).map(([path, value]): TarSource =>
      typeof value === 'string' ? { entry: fileEntry(path, value.length), body: Buffer.from(value) } : { entry: { ...value, path } },
    );
    using tree = await TarTree.read(writeTar(members), join(folder, 'spool'));
    return use(tree);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function select(files: Files, selection: Partial<Selection>): Promise<SelectionResult> {
  return withTree(files, (tree) => selectSources(tree, { sources: [], exclude: [], parents: false, ...selection }));
}

async function found(sources: readonly string[], more: Partial<Selection> = {}): Promise<string[]> {
  const { selected } = await select(project, { sources, ...more });
  return selected.flatMap(({ name, parents, entries }) =>
    entries.map(({ path, source }) => `${parents === '' ? '' : `${parents}/`}${name}${path === '' ? '' : `/${path}`} <- ${source}`),
  );
}

test('selectSources() takes a file, and a folder with all that is in it', async () => {
  assert.deepEqual(await found(['a']), ['a <- a']);
  assert.deepEqual(await found(['dir']), ['dir <- dir', 'dir/c <- dir/c', 'dir/sub <- dir/sub', 'dir/sub/d <- dir/sub/d', 'dir/up <- dir/up']);
});

test('selectSources() keeps paths inside the tree', async () => {
  assert.deepEqual(await found(['../a', '/b', './dir/../a']), ['a <- a', 'b <- b', 'a <- a']);
});

test('selectSources() follows links of the source, inside the tree only', async () => {
  assert.deepEqual(await found(['la']), ['la <- a']);
  assert.deepEqual(await found(['ldir/c']), ['c <- dir/c']);
  assert.equal((await select(project, { sources: ['out'] })).missing, 'out');
  assert.equal((await select(project, { sources: ['loop'] })).missing, 'loop');
});

test('selectSources() matches wildcards level by level, and nothing is fine', async () => {
  assert.deepEqual(await found(['[ab]']), ['a <- a', 'b <- b']);
  assert.deepEqual(await found(['dir/*']), ['c <- dir/c', 'sub <- dir/sub', 'sub/d <- dir/sub/d', 'up <- a']);
  assert.deepEqual(await found(['*/c']), ['c <- dir/c', 'c <- dir/c']);
  assert.deepEqual(await found(['nothing*']), []);
});

test('selectSources() tells a source that does not exist', async () => {
  assert.equal((await select(project, { sources: ['a', 'nofile'] })).missing, 'nofile');
});

test('selectSources() leaves out what --exclude matches, relative to the source', async () => {
  assert.deepEqual(await found(['dir'], { exclude: ['sub', 'up'] }), ['dir <- dir', 'dir/c <- dir/c']);
  assert.deepEqual(await found(['dir'], { exclude: ['**/d'] }), ['dir <- dir', 'dir/c <- dir/c', 'dir/sub <- dir/sub', 'dir/up <- dir/up']);
});

test('selectSources() keeps the folders of --parents, from the pivot on', async () => {
  assert.deepEqual(await found(['dir/sub/d'], { parents: true }), ['dir/sub/d <- dir/sub/d']);
  assert.deepEqual(await found(['./dir/./sub/d'], { parents: true }), ['sub/d <- dir/sub/d']);
  assert.deepEqual(await found(['**/d'], { parents: true }), ['dir/sub/d <- dir/sub/d']);
});

test('selectSources() digests contents, modes and owners, not times', async () => {
  const digest = async (entry: Partial<TarEntry>, content = 'A'): Promise<string> => {
    const selection: Selection = { sources: ['x'], exclude: [], parents: false };
    const folder = mkdtempSync(join(tmpdir(), 'slipway-select-'));
    try {
      using tree = await TarTree.read(writeTar([{ entry: fileEntry('x/f', content.length, entry), body: Buffer.from(content) }]), join(folder, 'spool'));
      return selectSources(tree, selection).digest;
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const plain = await digest({ mtime: 1 });
  assert.equal(await digest({ mtime: 2 }), plain);
  assert.notEqual(await digest({ mode: 0o755 }), plain);
  assert.notEqual(await digest({ uid: 7 }), plain);
  assert.notEqual(await digest({}, 'B'), plain);
  assert.notEqual(await digest({ path: 'x/g' }), plain);
});

test('TarTree reads hard links, long names and folders that the archive left out', async () => {
  const long = `${'very-long-folder-name/'.repeat(10)}file`;
  const files: Files = { [long]: 'text', 'x/hard': { type: 'hardlink', path: '', mode: 0o644, uid: 0, gid: 0, sizeBytes: 0, mtime: 0, linkName: long } };
  await withTree(files, (tree) => {
    assert.equal(tree.text(long), 'text');
    assert.equal(tree.text('x/hard'), 'text');
    assert.equal(tree.node('x')?.type, 'directory');
    assert.equal(tree.digest('x/hard'), tree.digest(long));
  });
});

test('TarTree refuses an archive that is cut off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-select-'));
  try {
    const whole = Buffer.concat(await Array.fromAsync(writeTar([{ entry: fileEntry('a', 5000), body: Buffer.alloc(5000) }])));
    const source = (async function* () {
      yield whole.subarray(0, 2000);
    })();
    await assert.rejects(TarTree.read(source, join(folder, 'spool')), { message: 'unexpected EOF' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('directories of the archive keep their own mode', async () => {
  await withTree({ d: directoryEntry('', { mode: 0o700 }) }, (tree) => assert.equal(tree.node('d')?.mode, 0o700));
});
