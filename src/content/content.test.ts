import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { digestOf, parseDigest } from '../oci/index.ts';
import { openContent } from './index.ts';

function temporary(): Disposable & { root: string; files: () => string[] } {
  const root = mkdtempSync(join(tmpdir(), 'slipway-content-'));
  const files = (): string[] => ['ingest', 'resume', 'blobs/sha256'].flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`));
  return { root, files, [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
}

async function* broken(bytes: string): AsyncGenerator<Buffer> {
  yield Buffer.from(bytes);
  throw new Error('connection reset');
}

test('ingest() makes a blob visible whole, readable by the owner only', async () => {
  using folder = temporary();
  const content = openContent(folder.root);
  const blob = await content.ingest([Buffer.from('hello '), Buffer.from('world')]);
  assert.deepEqual(blob, { digest: digestOf('hello world'), sizeBytes: 11 });
  assert.equal((await content.readBytes(blob.digest)).toString(), 'hello world');
  assert.equal(statSync(content.path(blob.digest)).mode & 0o777, 0o600);
  assert.deepEqual(
    (await Array.fromAsync(content.walk())).map(({ digest }) => digest),
    [blob.digest],
  );
  assert.ok(Date.now() - (content.stat(blob.digest)?.createdAtMs ?? 0) < 60_000);
  assert.equal(Buffer.concat(await Array.fromAsync(content.read(blob.digest, { start: 6 }))).toString(), 'world');
  await content.delete(blob.digest);
  await content.delete(blob.digest);
  assert.equal(content.has(blob.digest), false);
});

test('ingest() refuses wrong digests and sizes, and leaves nothing', async () => {
  using folder = temporary();
  const content = openContent(folder.root);
  const digest = digestOf('good');
  await assert.rejects(content.ingest([Buffer.from('evil')], { digest }), { code: 'DATA_LOSS', message: /unexpected digest/ });
  await assert.rejects(content.ingest([Buffer.from('evil')], { digest, resumeKey: 'pull' }), { code: 'DATA_LOSS' });
  await assert.rejects(content.ingest([Buffer.from('12345')], { sizeBytes: 4 }), { code: 'DATA_LOSS' });
  await assert.rejects(content.ingest([Buffer.from('123')], { sizeBytes: 4 }), { code: 'DATA_LOSS', message: /3 of 4 bytes/ });
  await assert.rejects(content.ingest(broken('123')), /connection reset/);
  assert.deepEqual(folder.files(), []);
});

test('openIngest() goes on where a broken transfer of the same key ended', async () => {
  using folder = temporary();
  const options = { digest: digestOf('first second'), sizeBytes: 12, resumeKey: 'layer' };
  await assert.rejects(openContent(folder.root).ingest(broken('first '), options), /connection reset/);
  const content = openContent(folder.root);
  await using ingest = await content.openIngest(options);
  assert.equal(ingest.offset, 6);
  await ingest.write(Buffer.from('second'));
  assert.equal((await ingest.commit()).digest, options.digest);
  assert.deepEqual(folder.files(), [`blobs/sha256/${options.digest.slice(7)}`]);
});

test('openIngest() can begin again for a server that cannot resume', async () => {
  using folder = temporary();
  const content = openContent(folder.root);
  await assert.rejects(content.ingest(broken('garbage'), { resumeKey: 'layer' }), /connection reset/);
  await using ingest = await content.openIngest({ digest: digestOf('good'), resumeKey: 'layer' });
  await ingest.restart();
  await ingest.write(Buffer.from('good'));
  assert.equal((await ingest.commit()).sizeBytes, 4);
});

test('openContent() throws away what a killed engine was writing', () => {
  using folder = temporary();
  const content = openContent(folder.root);
  assert.equal(content.has(digestOf('half')), false);
  writeFileSync(join(folder.root, 'ingest', 'half'), 'half');
  openContent(folder.root);
  assert.deepEqual(folder.files(), []);
});

test('openContent() keeps broken transfers for a day, in folders that only their owner can enter', async () => {
  using folder = temporary();
  const content = openContent(folder.root);
  await assert.rejects(content.ingest(broken('first '), { resumeKey: 'layer' }), /connection reset/);
  openContent(folder.root);
  const [left = ''] = folder.files();
  assert.match(left, /^resume\//);
  utimesSync(join(folder.root, left), 0, 0);
  openContent(folder.root);
  assert.deepEqual(folder.files(), []);
  for (const name of ['blobs/sha256', 'ingest', 'resume']) assert.equal(statSync(join(folder.root, name)).mode & 0o777, 0o700, name);
});

test('readBytes() refuses what is too large or missing', async () => {
  using folder = temporary();
  const content = openContent(folder.root);
  const { digest } = await content.put('0123456789');
  await assert.rejects(content.readBytes(digest, 9), { code: 'INVALID_ARGUMENT' });
  await assert.rejects(content.readBytes(digestOf('none')), { code: 'NOT_FOUND' });
  assert.throws(() => content.read(digestOf('none')), { code: 'NOT_FOUND' });
  assert.throws(() => parseDigest('sha256:../../etc/passwd'), { code: 'INVALID_ARGUMENT' });
});
