import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { ftruncateSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { constants as zlib, gzipSync, zstdCompressSync } from 'node:zlib';

import { compressionOf, decodePath, decompress, directoryEntry, encodeHeader, encodePath, fileEntry, readTar, tarBytes, TarParser, writeTar } from './index.ts';
import type { TarEntry } from './index.ts';

interface Read {
  readonly entry: TarEntry;
  readonly body: Buffer;
}

async function read(bytes: Uint8Array, chunkSize = 997): Promise<Read[]> {
  const members: Read[] = [];
  for await (const { entry, body } of readTar(Readable.from(slices(bytes, chunkSize))))
    members.push({ entry, body: Buffer.concat(await Array.fromAsync(body)) });
  return members;
}

function* slices(bytes: Uint8Array, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

function temporary(): Disposable & { at: (name: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-tar-'));
  return { at: (name) => join(folder, name), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

function gnuTar(folder: string, format: readonly string[], names: readonly string[]): Buffer {
  return execFileSync('tar', ['-C', folder, '--sort=name', ...format, '-cf', '-', ...names], { maxBuffer: 1 << 28 });
}

test('writeTar() and readTar() keep every field, whatever the chunks', async () => {
  const entries: TarEntry[] = [
    directoryEntry('d/', { mode: 0o1777, mtime: 1_700_000_000 }),
    fileEntry('d/file', 5, { mode: 0o6755, uid: 1000, gid: 2_000_000_000, mtime: 1.25, userName: 'me', groupName: 'us' }),
    fileEntry('d/hard', 0, { type: 'hardlink', linkName: 'd/file' }),
    fileEntry('d/soft', 0, { type: 'symlink', linkName: `${'long/'.repeat(60)}target` }),
    fileEntry('d/null', 0, { type: 'character', deviceMajor: 1, deviceMinor: 3 }),
    fileEntry('d/disk', 0, { type: 'block', deviceMajor: 300, deviceMinor: 70_000 }),
    fileEntry('d/pipe', 0, { type: 'fifo', mtime: -5 }),
    fileEntry(`${'p/'.repeat(60)}${'n'.repeat(90)}`, 0),
    fileEntry(`${'x'.repeat(200)}/${'n'.repeat(150)}`, 0),
    fileEntry('ünïcödé-\u{1f6a2}', 0, {
      xattrs: new Map([
        ['security.capability', Buffer.of(1, 0, 0, 2)],
        ['user.b', Buffer.from('=\n')],
      ]),
    }),
  ];
  const bytes = await tarBytes(entries.map((entry) => ({ entry, body: Buffer.from('hello').subarray(0, entry.sizeBytes) })));
  for (const chunkSize of [1, 100, 511, 512, 513, 1 << 20]) {
    const members = await read(bytes, chunkSize);
    assert.deepEqual(
      members.map(({ entry }) => entry),
      entries,
      `chunks of ${chunkSize}`,
    );
    assert.equal(members[1]?.body.toString(), 'hello');
  }
});

test('GNU tar reads what writeTar() wrote', async () => {
  using folder = temporary();
  const long = `${'x'.repeat(120)}/${'y'.repeat(120)}`;
  writeFileSync(
    folder.at('a.tar'),
    await tarBytes([
      { entry: fileEntry(long, 3, { mtime: 86_400.5, uid: 5_000_000 }), body: Buffer.from('abc') },
      { entry: fileEntry('l', 0, { type: 'symlink', linkName: 'z'.repeat(150) }) },
    ]),
  );
  const list = execFileSync('tar', ['--utc', '--full-time', '-tvf', folder.at('a.tar')], { encoding: 'utf8' });
  assert.match(list, new RegExp(`5000000/0 +3 1970-01-02 00:00:00.5 ${long}\\n.* l -> z{150}\\n`));
});

test('readTar() reads the formats of GNU tar: ustar, PAX, GNU, v7', async () => {
  using folder = temporary();
  const names = ['short', 'n'.repeat(99), `${'d'.repeat(90)}-${'e'.repeat(120)}`];
  for (const [index, name] of names.entries()) writeFileSync(folder.at(name), `content ${index}`);
  for (const format of ['v7', 'ustar', 'gnu', 'oldgnu', 'pax']) {
    const own = format === 'v7' || format === 'ustar' ? names.slice(0, 2) : names;
    const members = await read(gnuTar(folder.at(''), [`--format=${format}`], own));
    assert.deepEqual(
      members.map(({ entry, body }) => [entry.path, entry.type, body.toString()]),
      own.map((name, index) => [name, 'file', `content ${index}`]),
      format,
    );
  }
});

test('readTar() expands the sparse files of all four formats', async () => {
  using folder = temporary();
  const fd = openSync(folder.at('sparse'), 'w');
  for (let index = 0; index < 40; index++) writeSync(fd, `data ${index}`, index * 1_000_000 + 4096);
  ftruncateSync(fd, 50_000_000);
  closeSync(fd);
  writeFileSync(folder.at('after'), 'still in step');
  for (const format of [
    ['--format=gnu'],
    ['--format=pax', '--sparse-version=0.0'],
    ['--format=pax', '--sparse-version=0.1'],
    ['--format=pax', '--sparse-version=1.0'],
  ]) {
    const bytes = gnuTar(folder.at(''), ['--sparse', ...format], ['sparse', 'after']);
    assert.ok(bytes.length < 1_000_000, `${format.join(' ')} is sparse`);
    const [sparse, after] = await read(bytes, 10_000);
    assert.deepEqual([sparse?.entry.path, sparse?.entry.sizeBytes, sparse?.body.length], ['sparse', 50_000_000, 50_000_000], format.join(' '));
    assert.equal(sparse?.body.toString('latin1', 39_004_096, 39_004_103), 'data 39');
    assert.equal(after?.body.toString(), 'still in step');
  }
});

test('a sparse file of nothing but a hole has its size', async () => {
  using folder = temporary();
  writeFileSync(folder.at('hole'), '');
  truncateSync(folder.at('hole'), 3_000_000);
  for (const version of ['0.0', '0.1', '1.0']) {
    const [hole] = await read(gnuTar(folder.at(''), ['--sparse', '--format=pax', `--sparse-version=${version}`], ['hole']));
    assert.equal(hole?.body.length, 3_000_000, version);
  }
});

test('PAX headers of GNU tar carry attributes and exact times', async () => {
  using folder = temporary();
  writeFileSync(folder.at('f'), 'x');
  execFileSync('touch', ['-d', '2020-01-01T00:00:00.123456789Z', folder.at('f')]);
  const [member] = await read(gnuTar(folder.at(''), ['--format=pax'], ['f']));
  assert.ok(Math.abs((member?.entry.mtime ?? 0) - 1_577_836_800.123_456) < 2e-6);
});

test('malformed archives are refused', async () => {
  const good = await tarBytes([{ entry: fileEntry('f', 3), body: Buffer.from('abc') }]);
  const spoiled = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(good);
    change(bytes);
    return bytes;
  };
  const withSum = (change: (bytes: Buffer) => void): Buffer =>
    spoiled((bytes) => {
      change(bytes);
      bytes.fill(0x20, 148, 156);
      const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
      bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    });
  const header = /archive\/tar: invalid tar header/;
  await assert.rejects(read(spoiled((bytes) => bytes.write('g', 0))), header);
  await assert.rejects(read(withSum((bytes) => bytes.write('9999999', 124))), header);
  await assert.rejects(read(withSum((bytes) => bytes.fill(0xff, 124, 136))), header);
  await assert.rejects(read(good.subarray(0, 514)), /unexpected EOF/);
  await assert.rejects(read(good.subarray(0, 100)), /unexpected EOF/);
  const pax = (body: string, claimed = body.length): Buffer => {
    const block = encodeHeader(fileEntry('pax', claimed));
    block.write('x', 156);
    block.fill(0x20, 148, 156);
    block.write(
      `${block
        .reduce((total, byte) => total + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
      'latin1',
    );
    return Buffer.concat([block, Buffer.from(body), Buffer.alloc((512 - (body.length % 512)) % 512), good]);
  };
  for (const body of [
    '99 path=x\n',
    'x path=y\n',
    '9 path=xy',
    '8 pathx\n',
    '-5 path=\n',
    '18 size=99999999999999999999\n',
    '12 size=-44\n',
    '13 path=a\0bc\n',
  ])
    await assert.rejects(read(pax(body)), header, body);
  await assert.rejects(read(pax('', 2 << 20)), header, 'a header of 2 MiB');
  const map = `0,5,3,5`;
  await assert.rejects(read(pax(`${19 + map.length} GNU.sparse.map=${map}\n22 GNU.sparse.size=10\n`)), header, 'runs that overlap');
  await assert.rejects(read(pax('21 GNU.sparse.size=0\n')), header, 'more contents than the size says');
  const global = (name: string): Buffer => {
    const bytes = pax(`300000 ${name}=${'x'.repeat(300_000 - 10)}\n`).subarray(0, -good.length);
    bytes[156] = 'g'.charCodeAt(0);
    repairChecksum(bytes);
    return bytes;
  };
  assert.equal((await read(Buffer.concat([global('a'), global('b'), good]))).length, 1);
  await assert.rejects(read(Buffer.concat(['a', 'b', 'c', 'd'].map(global))), header, 'global headers without end');
});

test('a header that claims terabytes costs no memory', () => {
  const parser = new TarParser({ entry: () => {}, data: () => {}, end: () => {} });
  parser.write(encodeHeader(fileEntry('huge', 8 * 2 ** 40)));
  const chunk = Buffer.alloc(1 << 20);
  const before = process.memoryUsage().rss;
  for (let count = 0; count < 200; count++) parser.write(chunk);
  assert.ok(process.memoryUsage().rss - before < 50 << 20);
  assert.throws(() => parser.finish(), /unexpected EOF/);
});

test('mutated archives are read or refused, and nothing else (seeded)', async () => {
  const good = await tarBytes([
    { entry: fileEntry('f', 700, { xattrs: new Map([['user.a', Buffer.from('b')]]) }), body: Buffer.alloc(700, 1) },
    { entry: fileEntry('s', 0, { type: 'symlink', linkName: 'x'.repeat(140) }) },
    { entry: directoryEntry('d/') },
  ]);
  let seed = 42;
  const random = (limit: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed % limit;
  };
  for (let round = 0; round < 3000; round++) {
    const bytes = Buffer.from(good);
    for (let change = random(8); change >= 0; change--) bytes[random(bytes.length)] = random(256);
    // Half of them with a checksum that fits, so that the fields behind it are reached.
    if (round % 2 === 0) repairChecksum(bytes);
    try {
      await read(bytes.subarray(0, random(4) === 0 ? random(bytes.length) : bytes.length), 4096);
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'INVALID_ARGUMENT', String(error));
    }
  }
});

function repairChecksum(bytes: Buffer): void {
  bytes.fill(0x20, 148, 156);
  bytes.write(
    `${bytes
      .subarray(0, 512)
      .reduce((total, byte) => total + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
}

test('readTar() closes its source when the reader stops early', async () => {
  const bytes = await tarBytes([{ entry: fileEntry('a', 0) }, { entry: fileEntry('b', 0) }]);
  const source = Readable.from(slices(Buffer.concat([bytes, bytes]), 512));
  for await (const { entry } of readTar(source)) if (entry.path === 'a') break;
  assert.equal(source.destroyed, true);
});

test('writeTar() refuses a body that is not as long as it says', async () => {
  await assert.rejects(writeTar([{ entry: fileEntry('f', 4), body: Buffer.from('abc') }]).toArray(), { code: 'DATA_LOSS' });
});

test('decompress() tells gzip and zstd by their first bytes, members and frames in a row', async () => {
  const all = async (bytes: Buffer, size: number): Promise<string> =>
    Buffer.concat(await Array.fromAsync(decompress(Readable.from(slices(bytes, size))))).toString();
  for (const size of [1, 3, 1000]) {
    assert.equal(await all(Buffer.from('plain'), size), 'plain');
    assert.equal(await all(Buffer.concat([gzipSync('one '), gzipSync('two')]), size), 'one two');
    assert.equal(await all(Buffer.concat([zstdCompressSync('one '), zstdCompressSync('two')]), size), 'one two');
    assert.equal(await all(Buffer.alloc(0), size), '');
  }
  assert.equal(compressionOf(Buffer.from('BZh9')), 'bzip2');
  const xz = Buffer.from('/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AErAA5dADSbgAaCTBFm7OkmY1AAAAAAI2WEzAEtLqkAASqsAgAAAJFIvHqxxGf7AgAAAAAEWVo=', 'base64');
  const bzip2 = Buffer.from('QlpoOTFBWSZTWVSzr2MAAHyZgEAAEAAQIUAQIAAxDABSoGnUW0XkXCLEWEWIvi7kinChIKlnXsY=', 'base64');
  for (const size of [1, 7, 1000]) {
    assert.equal(await all(xz, size), 'in xz '.repeat(50));
    assert.equal(await all(bzip2, size), 'in bzip2 '.repeat(50));
  }
  await assert.rejects(all(xz.subarray(0, 40), 100), { code: 'INVALID_ARGUMENT', message: /^xz: invalid data/ });
  await assert.rejects(all(bzip2.subarray(0, 40), 100), { code: 'INVALID_ARGUMENT', message: /^bzip2: invalid data/ });
  await assert.rejects(all(gzipSync('cut off'.repeat(100)).subarray(0, 20), 100), { code: 'INVALID_ARGUMENT', message: /^gzip: invalid data/ });
  await assert.rejects(all(zstdCompressSync('cut off'.repeat(100)).subarray(0, 12), 100), { code: 'INVALID_ARGUMENT', message: /^zstd: invalid data/ });
});

test('bzip2 of a few bytes that makes a hundred million comes block by block, and others get their turn', async () => {
  const bytes = execFileSync('sh', ['-c', 'head -c 100000000 /dev/zero | bzip2 -9']);
  assert.ok(bytes.length < 1000);
  let turns = 0;
  let timer = setImmediate(function again() {
    turns++;
    timer = setImmediate(again);
  });
  const pieces: { sizeBytes: number; turns: number }[] = [];
  for await (const chunk of decompress(Readable.from(slices(bytes, 64)))) if (chunk.length > 0) pieces.push({ sizeBytes: chunk.length, turns });
  clearImmediate(timer);
  assert.equal(
    pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    100_000_000,
  );
  assert.ok(pieces.every((piece, at) => piece.sizeBytes < 46_000_000 && (at === 0 || piece.turns > (pieces[at - 1]?.turns ?? 0))));
});

test('decompress() takes zstd of many frames, with checksums and skippable frames, cut anywhere', async () => {
  const skippable = Buffer.concat([Buffer.of(0x5a, 0x2a, 0x4d, 0x18, 7, 0, 0, 0), Buffer.from('ignored')]);
  const empty = Buffer.concat([Buffer.of(0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0)]);
  const parts = ['one', 'x'.repeat(300_000), '', Array.from({ length: 20_000 }, (_, index) => String(index * index)).join()];
  const frames = parts.map((part, index) => zstdCompressSync(part, { params: { [zlib.ZSTD_c_checksumFlag]: index % 2 } }));
  const bytes = Buffer.concat([empty, skippable, ...frames.flatMap((frame) => [frame, skippable]), empty]);
  for (const size of [997, 4096, 1 << 20]) {
    const plain = Buffer.concat(await Array.fromAsync(decompress(Readable.from(slices(bytes, size)))));
    assert.ok(plain.equals(Buffer.from(parts.join(''))), `chunks of ${size}`);
  }
});

test('decodePath() and encodePath() keep every byte', () => {
  for (const bytes of [Buffer.from('a\u{1f6a2}b'), Buffer.of(0x61, 0xff, 0xc3, 0xa4, 0xc3), Buffer.of(0xed, 0xb2, 0x80), Buffer.alloc(0)])
    assert.deepEqual(encodePath(decodePath(bytes)), bytes);
});
