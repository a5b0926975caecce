import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';

import { getXattr } from '../linux/index.ts';
import { directoryEntry, fileEntry, tarBytes, TarParser } from '../tar/index.ts';
import type { TarEntry, TarSource } from '../tar/index.ts';
import { isWhiteout } from './confined-root.ts';
import { Extractor } from './extract.ts';
import type { ExtractOptions } from './extract.ts';
import { extractTar } from './index.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root: gives files to others';

/** A root to extract into, and beside it what must not change. */
interface Place extends Disposable {
  readonly root: string;
  readonly outside: string;
  extract(members: readonly TarSource[], options?: ExtractOptions): Promise<void>;
  at(path: string): string;
}

function place(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-extract-'));
  const [root, outside] = [join(folder, 'root'), join(folder, 'outside')];
  mkdirSync(root);
  mkdirSync(outside);
  writeFileSync(join(outside, 'victim'), 'untouched', { mode: 0o640 });
  return {
    root,
    outside,
    at: (path) => join(root, path),
    async extract(members, options = {}) {
      using extractor = new Extractor(root, options);
      const parser = new TarParser(extractor);
      parser.write(await tarBytes(members));
      parser.finish();
      extractor.finish();
    },
    [Symbol.dispose]() {
      const victim = statSync(join(outside, 'victim'));
      const state = [readdirSync(outside), readFileSync(join(outside, 'victim'), 'utf8'), victim.mode & 0o7777, victim.uid];
      rmSync(folder, { recursive: true });
      assert.deepEqual(state, [['victim'], 'untouched', 0o640, 0], 'the world outside changed');
    },
  };
}

function file(path: string, contents = 'x', more: Partial<TarEntry> = {}): TarSource {
  return { entry: fileEntry(path, Buffer.byteLength(contents), more), body: Buffer.from(contents) };
}

function link(path: string, linkName: string, type: 'symlink' | 'hardlink' = 'symlink'): TarSource {
  return { entry: fileEntry(path, 0, { type, linkName, mode: 0o777 }) };
}

test('entries keep owner, mode with set-id bits, times, attributes and links', { skip }, async () => {
  using on = place();
  const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
  await on.extract([
    { entry: directoryEntry('d/', { mode: 0o1770, uid: 5, gid: 6, mtime: 1000 }) },
    file('d/suid', 'hello', {
      mode: 0o6755,
      uid: 33,
      gid: 34,
      mtime: 2000.5,
      xattrs: new Map([
        ['security.capability', capability],
        ['user.note', Buffer.from('n')],
      ]),
    }),
    link('d/hard', 'd/suid', 'hardlink'),
    link('d/soft', '/d/suid'),
    { entry: fileEntry('d/pipe', 0, { type: 'fifo', mode: 0o622 }) },
    { entry: fileEntry('d/null', 0, { type: 'character', mode: 0o666, deviceMajor: 1, deviceMinor: 3 }) },
    { entry: fileEntry('d/disk', 0, { type: 'block', mode: 0o660, gid: 6, deviceMajor: 259, deviceMinor: 1000 }) },
    file(`d/${'long'.repeat(60)}/${'name'.repeat(50)}`, 'long'),
  ]);
  const suid = statSync(on.at('d/suid'));
  assert.deepEqual([suid.mode & 0o7777, suid.uid, suid.gid, suid.mtimeMs, suid.nlink, suid.size], [0o6755, 33, 34, 2_000_500, 2, 5]);
  assert.deepEqual(getXattr(on.at('d/suid'), 'security.capability')?.subarray(0, 20), capability);
  assert.equal(getXattr(on.at('d/suid'), 'user.note')?.toString(), 'n');
  const folder = statSync(on.at('d'));
  assert.deepEqual([folder.mode & 0o7777, folder.uid, folder.gid, folder.mtimeMs], [0o1770, 5, 6, 1_000_000]);
  assert.equal(readlinkSync(on.at('d/soft')), '/d/suid');
  assert.ok(lstatSync(on.at('d/pipe')).isFIFO());
  assert.deepEqual([lstatSync(on.at('d/null')).isCharacterDevice(), lstatSync(on.at('d/null')).rdev], [true, 0x103]);
  assert.ok(lstatSync(on.at('d/disk')).isBlockDevice());
  assert.equal(readFileSync(on.at(`d/${'long'.repeat(60)}/${'name'.repeat(50)}`), 'utf8'), 'long');
});

test('a fresh layer gives each file its owner and mode, also below folders that hand their group on', { skip }, async () => {
  using on = place();
  const modes = [0o644, 0o755, 0o600, 0o666, 0o777, 0o4755, 0o2711, 0o000];
  await on.extract(
    [
      ...modes.map((mode) => file(`plain-${mode.toString(8)}`, 'x', { mode })),
      file('mine', 'x', { uid: 7, gid: 8, mode: 0o4711 }),
      { entry: directoryEntry('shared/', { mode: 0o2775, gid: 50 }) },
      ...modes.map((mode) => file(`shared/${mode.toString(8)}`, 'x', { mode })),
      { entry: directoryEntry('shared/d/', { mode: 0o777 }) },
      link('shared/l', 'x'),
    ],
    { whiteouts: 'overlay' },
  );
  const modeOf = (path: string): number => lstatSync(on.at(path)).mode & 0o7777;
  for (const mode of modes)
    for (const path of [`plain-${mode.toString(8)}`, `shared/${mode.toString(8)}`])
      assert.deepEqual([modeOf(path), lstatSync(on.at(path)).gid], [mode, 0], path);
  assert.deepEqual([modeOf('mine'), lstatSync(on.at('mine')).uid, lstatSync(on.at('mine')).gid], [0o4711, 7, 8]);
  assert.deepEqual(
    [modeOf('shared'), lstatSync(on.at('shared')).gid, modeOf('shared/d'), lstatSync(on.at('shared/d')).gid, lstatSync(on.at('shared/l')).gid],
    [0o2775, 50, 0o777, 0, 0],
  );
});

test('absolute paths stay below the root, and ".." that leads out is refused', { skip }, async () => {
  using on = place();
  await on.extract([file('/etc/a'), file('./b/../c'), file('//d//e')]);
  assert.deepEqual([existsSync(on.at('etc/a')), existsSync(on.at('c')), existsSync(on.at('d/e'))], [true, true, true]);
  for (const path of ['../outside/victim', 'a/../../outside/victim', '..', '../../../../../../etc/slipway-evil', './..//x'])
    await assert.rejects(on.extract([file(path)]), { code: 'INVALID_ARGUMENT', message: /is outside of the archive's root/ }, path);
  assert.equal(existsSync('/etc/slipway-evil'), false);
});

test('links that lead out are followed as if the root were "/"', { skip }, async () => {
  using on = place();
  await on.extract([
    link('abs', on.outside),
    link('rel', '../outside'),
    link('up', '../../../../../../../../..'),
    { entry: directoryEntry(on.outside.slice(1)) },
  ]);
  await on.extract([file('abs/victim', 'inside'), file('up/new', 'inside')]);
  assert.equal(readFileSync(on.at(join(on.outside, 'victim')), 'utf8'), 'inside');
  assert.equal(readFileSync(on.at('new'), 'utf8'), 'inside');
  await assert.rejects(on.extract([file('rel/victim', 'evil')]), { code: 'INVALID_ARGUMENT' });
  await assert.rejects(on.extract([link('loop', 'loop'), file('loop/x')]), { code: 'INVALID_ARGUMENT', message: /too many levels of symbolic links/ });
});

test('a link is replaced, not written through', { skip }, async () => {
  using on = place();
  const victim = join(on.outside, 'victim');
  await on.extract([link('l', victim), file('l', 'mine', { mode: 0o777, uid: 1 })]);
  assert.ok(lstatSync(on.at('l')).isFile());
  await on.extract([link('m', on.outside), { entry: directoryEntry('m/', { mode: 0o777, uid: 1 }) }]);
  assert.ok(lstatSync(on.at('m')).isDirectory());
  await on.extract([link('n', victim), { entry: fileEntry('n', 0, { type: 'fifo' }) }]);
  assert.ok(lstatSync(on.at('n')).isFIFO());
  symlinkSync(on.outside, on.at('o'));
  await on.extract([{ entry: directoryEntry('o/', { mode: 0o700 }) }]);
  assert.ok(lstatSync(on.at('o')).isDirectory());
});

test('hard links name files inside only, and never what a link points to', { skip }, async () => {
  using on = place();
  await assert.rejects(on.extract([link('h', '../outside/victim', 'hardlink')]), { code: 'INVALID_ARGUMENT' });
  await assert.rejects(on.extract([link('h', join(on.outside, 'victim'), 'hardlink')]), { code: 'INVALID_ARGUMENT' });
  await on.extract([link('s', join(on.outside, 'victim')), link('h', 's', 'hardlink'), file('h', 'new', { mode: 0o777 })]);
  assert.equal(readFileSync(on.at('h'), 'utf8'), 'new');
  assert.ok(lstatSync(on.at('s')).isSymbolicLink());
  await assert.rejects(on.extract([link('e', '.', 'hardlink')]), { code: 'INVALID_ARGUMENT' });
  await assert.rejects(on.extract([{ entry: directoryEntry('d/') }, link('f', 'd', 'hardlink')]), { code: 'INVALID_ARGUMENT' });
});

test('later entries win over earlier ones of the same name, whatever they were', { skip }, async () => {
  using on = place();
  await on.extract([
    file('a', 'first'),
    file('a', 'second'),
    file('tree/deep/file'),
    file('tree', 'now a file'),
    file('f'),
    { entry: directoryEntry('f/') },
    file('f/g'),
    { entry: directoryEntry('kept/', { mode: 0o700 }) },
    file('kept/x'),
    { entry: directoryEntry('kept/', { mode: 0o755 }) },
    file('Case'),
    file('case', 'other'),
    file('caf\u00e9', 'NFC'),
    file('cafe\u0301', 'NFD'),
  ]);
  assert.deepEqual(
    ['a', 'tree', 'f/g', 'kept/x', 'Case', 'case', 'caf\u00e9', 'cafe\u0301'].map((path) => readFileSync(on.at(path), 'utf8')),
    ['second', 'now a file', 'x', 'x', 'x', 'other', 'NFC', 'NFD'],
  );
  assert.equal(statSync(on.at('kept')).mode & 0o777, 0o755);
});

test('a folder replaced by a link between its entries leads nowhere else', { skip }, async () => {
  using on = place();
  await on.extract([file('d/one'), link('d', on.outside), file('d/two')].slice(0, 2));
  await assert.rejects(on.extract([file('d/victim', 'evil')]), { code: 'INVALID_ARGUMENT' });
  await on.extract([{ entry: directoryEntry('e/') }, file('e/one'), link('e', '/real'), { entry: directoryEntry('real/') }, file('e/two')]);
  assert.deepEqual(readdirSync(on.at('real')), ['two']);
});

test('whiteouts become those of overlayfs, and cannot name what lies elsewhere', { skip }, async () => {
  using on = place();
  const options = { whiteouts: 'overlay' } as const;
  await on.extract([file('etc/.wh.gone'), file('opaque/.wh..wh..opq'), file('.wh..wh.aufs'), file('.wh..wh.plnk/x'), file('a'), file('.wh.a')], options);
  assert.ok(isWhiteout(lstatSync(on.at('etc/gone'))));
  assert.equal(getXattr(on.at('opaque'), 'trusted.overlay.opaque')?.toString(), 'y');
  assert.equal(existsSync(on.at('.wh..wh.aufs')), false);
  assert.equal(readFileSync(on.at('a'), 'utf8'), 'x');
  await on.extract([file('.wh.back'), { entry: directoryEntry('back/') }, file('.wh.again'), file('again', 'file')], options);
  assert.equal(getXattr(on.at('back'), 'trusted.overlay.opaque')?.toString(), 'y');
  assert.equal(readFileSync(on.at('again'), 'utf8'), 'file');
  for (const path of ['.wh.', '.wh..', '.wh...', 'd/.wh..'])
    await assert.rejects(on.extract([file(path)], options), { code: 'INVALID_ARGUMENT', message: /invalid whiteout name/ }, path);
  await assert.rejects(on.extract([file('../.wh.outside')], options), { code: 'INVALID_ARGUMENT' });
  await on.extract([file('plain/.wh.kept')]);
  assert.ok(lstatSync(on.at('plain/.wh.kept')).isFile());
});

test('errors name the entry', { skip }, async () => {
  using on = place();
  await assert.rejects(on.extract([file('f'), file('f/g')]), { code: 'INVALID_ARGUMENT', message: 'mkdir /f: not a directory' });
  await assert.rejects(on.extract([file('n'.repeat(300))]), { code: 'INVALID_ARGUMENT', message: /^file n+: file name too long$/ });
  await assert.rejects(on.extract([link('missing', 'nowhere', 'hardlink')]), {
    code: 'INVALID_ARGUMENT',
    message: 'hardlink missing: no such file or directory',
  });
  await assert.rejects(on.extract([{ entry: fileEntry('./', 0, { type: 'symlink', linkName: on.outside }) }]), {
    code: 'INVALID_ARGUMENT',
    message: /the root is no symlink/,
  });
});

test("keepKinds refuses to put a file in a folder's place, or a folder in a file's", { skip }, async () => {
  using on = place();
  await on.extract([{ entry: directoryEntry('d/') }, file('f')]);
  await assert.rejects(on.extract([file('d')], { keepKinds: true }), { message: 'cannot overwrite directory "d" with non-directory "d"' });
  await assert.rejects(on.extract([{ entry: directoryEntry('f/') }], { keepKinds: true }), {
    message: 'cannot overwrite non-directory "f" with directory "f"',
  });
  await on.extract([file('f', 'new'), { entry: directoryEntry('d/') }], { keepKinds: true, owner: { uid: 7, gid: 8 } });
  assert.deepEqual([statSync(on.at('f')).uid, statSync(on.at('d')).gid, readFileSync(on.at('f'), 'utf8')], [7, 8, 'new']);
});

test('names that are no UTF-8 keep their bytes', { skip }, async () => {
  using on = place();
  const name = Buffer.concat([Buffer.from('bad-'), Buffer.of(0xff, 0xfe), Buffer.from('.txt')]);
  const tar = await tarBytes([file('bad-??.txt', 'bytes')]);
  name.copy(tar, 0);
  const sum = tar.subarray(0, 512).reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  await extractTar(Readable.from([tar]), on.root);
  assert.deepEqual(readdirSync(on.root, { encoding: 'buffer' }), [name]);
});

test('extractTar() works in a thread, follows an abort, and reports a source that breaks', { skip }, async () => {
  using on = place();
  const tar = await tarBytes([file('big', 'b'.repeat(20 << 20))]);
  const { sizeBytes, entries } = await extractTar(Readable.from(chunks(tar)), on.root);
  assert.deepEqual([sizeBytes, entries, statSync(on.at('big')).size], [20 << 20, 1, 20 << 20]);
  const stop = new AbortController();
  async function* stalled(): AsyncGenerator<Buffer> {
    yield tar.subarray(0, 1 << 20);
    stop.abort(new Error('enough'));
    await new Promise(() => {});
  }
  await assert.rejects(extractTar(stalled(), on.root, { signal: stop.signal }), /enough/);
  async function* broken(): AsyncGenerator<Buffer> {
    yield tar.subarray(0, 1 << 20);
    throw new Error('connection reset');
  }
  await assert.rejects(extractTar(broken(), on.root), /connection reset/);
});

test('clients that send nothing keep nobody else from unpacking', { skip }, async () => {
  using on = place();
  const stop = new AbortController();
  async function* silent(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(0);
    await new Promise(() => {});
  }
  const stuck = Array.from({ length: 4 }, () => extractTar(silent(), on.root, { signal: stop.signal }));
  const { entries } = await extractTar(Readable.from([await tarBytes([file('through')])]), on.root);
  assert.equal(entries, 1);
  stop.abort(new Error('done'));
  for (const one of await Promise.allSettled(stuck)) assert.equal(one.status, 'rejected');
});

function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
