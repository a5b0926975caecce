import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProgressMessage } from '../../src/api/index.ts';
import type { Client } from '../../src/client/index.ts';
import { serveRegistry } from '../../src/registry/index.ts';
import { fileEntry } from '../../src/tar/index.ts';
import { busyboxImage, busyboxImageId, busyboxLayer } from '../support/busybox-image.ts';
import { flakyProxy } from '../support/flaky-proxy.ts';
import { cannotRun, startTestEngine } from './harness.ts';

async function all(messages: AsyncIterable<ProgressMessage>): Promise<ProgressMessage[]> {
  return await Array.fromAsync(messages);
}

async function push(client: Client, name: string, tag: string): Promise<ProgressMessage[]> {
  await client.images.tag('busybox', `${name}:${tag}`);
  return await all(client.images.push(name, { tag }));
}

/** What a container of the image prints. */
async function output(client: Client, image: string, command: readonly string[]): Promise<string> {
  const { Id: id } = await client.containers.create({ Image: image, Cmd: [...command] });
  await client.containers.start(id);
  const waited = await client.containers.wait(id);
  assert.equal((await waited.exit).StatusCode, 0);
  const { body } = await client.connection.call('GET', `/containers/${id}/logs`, { query: { stdout: true, stderr: true } });
  // Each piece has a header of eight bytes.
  const frames = await body.bytes();
  await client.containers.remove(id, { force: true });
  return frames.subarray(8).toString();
}

test('images', { skip: cannotRun(), timeout: 180_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;
  const root = await mkdtemp(join(tmpdir(), 'slipway-e2e-registry-'));
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(root, { recursive: true }));
  const registry = undo.use(await serveRegistry({ root, port: 0 }));
  const name = `${registry.address}/team/box`;
  const id = await busyboxImageId();

  await t.test('an image goes to a registry, away, and back, and its containers run', async () => {
    const pushed = await push(client, name, '1');
    assert.match(pushed.findLast(({ status }) => status)?.status ?? '', /^1: digest: sha256:[0-9a-f]{64} size: \d+$/);
    await client.images.remove('busybox', { force: true });
    await client.images.remove(`${name}:1`);
    await assert.rejects(client.images.inspect(name), { code: 'NOT_FOUND', message: `No such image: ${name}:latest` });
    const pulled = await all(client.images.pull(name, { tag: '1' }));
    assert.equal(pulled.at(-1)?.status, `Status: Downloaded newer image for ${name}:1`);
    const image = await client.images.inspect(`${name}:1`);
    assert.deepEqual([image.Id, image.RepoTags, image.RepoDigests.length], [id, [`${name}:1`], 1]);
    assert.equal(await output(client, `${name}:1`, ['echo', 'hello']), 'hello\n');
    await client.images.tag(id, 'busybox:latest');
    assert.equal((await client.images.distribution(`${name}:1`)).Platforms.length, 1);
  });

  await t.test('what is saved is loaded again, and an import makes an image', async () => {
    const saved = await (await client.images.save(['busybox'])).bytes();
    await client.images.remove(`${name}:1`);
    await client.images.remove('busybox');
    assert.deepEqual((await all(client.images.load(saved))).at(-1), { stream: 'Loaded image: busybox:latest\n' });
    assert.equal((await client.images.inspect('busybox')).Id, id);
    const [history] = await client.images.history('busybox');
    assert.deepEqual([history?.Id, history?.Tags], [id, ['busybox:latest']]);
    await all(
      client.images.import(Readable.from([await busyboxLayer()]), { repo: 'imported', tag: '1', changes: ['CMD ["sh", "-c", "echo imported"]', 'USER app'] }),
    );
    assert.equal(await output(client, 'imported:1', ['id', '-un']), 'app\n');
    await client.images.remove('imported:1');
  });

  await t.test('a pull that a killed engine left goes on where it broke', async () => {
    await push(client, name, '1');
    await client.images.remove(`${name}:1`);
    await client.images.remove('busybox');
    const stop = Promise.withResolvers<void>();
    const resumed = join(engine.dataRoot, 'content', 'resume');
    let cut = true;
    await using proxy = await flakyProxy(registry.port, ({ method, url = '' }) => {
      if (!cut || method !== 'GET' || !/blobs\/sha256/.test(url)) return undefined;
      return { cutAfter: 300_000, stall: () => stop.resolve() };
    });
    const pull = all(client.images.pull(`${proxy.address}/team/box`, { tag: '1' })).catch(() => undefined);
    await stop.promise;
    // What the proxy has sent is on its way still; there is something to go on from when it has reached the disk.
    while (!readdirSync(resumed).some((file) => statSync(join(resumed, file)).size > 100_000)) await delay(10);
    await engine.kill();
    await pull;
    cut = false;
    await engine.restart();
    assert.deepEqual(await client.images.list({ all: true }), []);
    await all(client.images.pull(`${proxy.address}/team/box`, { tag: '1' }));
    assert.equal((await client.images.inspect(`${proxy.address}/team/box:1`)).Id, id);
    assert.ok(
      proxy.seen.some((line) => / bytes=[1-9]\d*-$/.test(line)),
      proxy.seen.join('\n'),
    );
    await client.images.tag(id, 'busybox:latest');
    await client.images.remove(`${proxy.address}/team/box:1`);
  });

  await t.test('wrong bytes and hostile layers are refused, and nothing stays', async () => {
    await push(client, name, '1');
    await client.images.remove(`${name}:1`);
    await client.images.remove('busybox');
    await using proxy = await flakyProxy(registry.port, ({ method, url = '' }) => ({ flip: method === 'GET' && /blobs\/sha256/.test(url) }));
    await assert.rejects(all(client.images.pull(`${proxy.address}/team/box`, { tag: '1' })), /verification failed|unexpected digest/);
    const hostile = await busyboxImage({ files: [{ entry: fileEntry('../../../../tmp/slipway-escaped', 1), body: Buffer.from('x') }] });
    await assert.rejects(all(client.images.load(hostile)), /is outside of the archive's root/);
    await assert.rejects(all(client.images.load(Buffer.alloc(2000, 7))), /archive\/tar: invalid tar header/);
    assert.deepEqual(await client.images.list({ all: true }), []);
    assert.equal(readdirSync('/tmp').includes('slipway-escaped'), false);
    for (const folder of ['content/ingest', 'snapshots/making', 'snapshots/layers']) assert.deepEqual(readdirSync(join(engine.dataRoot, folder)), [], folder);
    await all(client.images.load(await busyboxImage()));
  });

  await t.test('an image in use is kept, and prune takes what is not', async () => {
    const { Id: container } = await client.containers.create({ Image: 'busybox' }, { name: 'user' });
    const short = id.slice(7, 19);
    await assert.rejects(client.images.remove('busybox'), {
      code: 'CONFLICT',
      message: `conflict: unable to remove repository reference "busybox" (must force) - container ${container.slice(0, 12)} is using its referenced image ${short}`,
    });
    await all(client.images.load(await busyboxImage({ tags: ['other:1'], files: [{ entry: fileEntry('more', 4), body: Buffer.from('more') }] })));
    const report = await client.images.prune({ dangling: ['false'] });
    assert.deepEqual(
      report.ImagesDeleted?.filter((line) => 'Untagged' in line),
      [{ Untagged: 'other:1' }],
    );
    assert.deepEqual(
      (await client.images.list()).map(({ RepoTags }) => RepoTags),
      [['busybox:latest']],
    );
    await client.containers.remove('user');
  });
});
