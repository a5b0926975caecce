import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { busyboxImage, busyboxImageId, busyboxLayer } from '../../test/support/busybox-image.ts';
import { imageRooms } from '../../test/support/image-rooms.ts';
import { chainId, digestOf, hexOf, MediaType } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { fileEntry, readTar, tarBytes } from '../tar/index.ts';
import type { TarSource } from '../tar/index.ts';
import type { ImageUser } from './index.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root: unpacks layers with their owners';

function file(path: string, contents: Buffer | string): TarSource {
  const body = Buffer.from(contents);
  return { entry: fileEntry(path, body.length), body };
}

/** An archive in the old layout with one image of the layers; layer files named by their place. */
async function archive(
  layers: readonly Buffer[],
  more: { readonly tags?: readonly string[]; readonly diffIds?: readonly string[]; readonly config?: object } = {},
): Promise<Buffer> {
  const config = JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    config: {},
    rootfs: { type: 'layers', diff_ids: more.diffIds ?? layers.map((layer) => digestOf(layer)) },
    ...more.config,
  });
  const paths = layers.map((_, index) => `${index}/layer.tar`);
  return await tarBytes([
    ...layers.map((layer, index) => file(paths[index] ?? '', layer)),
    file('config.json', config),
    file('manifest.json', JSON.stringify([{ Config: 'config.json', RepoTags: more.tags ?? null, Layers: paths }])),
  ]);
}

const layer = (name: string, contents = name): Promise<Buffer> => tarBytes([file(name, contents)]);

test('load() takes a docker-archive in, and again without work', { skip }, async () => {
  await using rooms = imageRooms();
  const [image] = await rooms.images.load(await busyboxImage(), rooms.follow);
  assert.equal(image?.id, await busyboxImageId());
  assert.deepEqual(image?.repoTags, ['busybox:latest']);
  assert.deepEqual(rooms.messages.at(-1), { stream: 'Loaded image: busybox:latest\n' });
  assert.deepEqual(image?.config.config?.Cmd, ['sh']);
  const snapshot = rooms.snapshots.prepare('box', image?.chainId);
  snapshot.mount();
  assert.ok(readdirSync(join(snapshot.target, 'bin')).includes('sh'));
  const [again] = await rooms.images.load(await busyboxImage());
  assert.deepEqual({ ...again, lastTagTime: '' }, { ...image, lastTagTime: '' });
  assert.equal(rooms.snapshots.layers().length, 1);
});

test('load() says so when an archive takes over a name, and keeps the image that had it (CVE-2026-50195)', { skip }, async () => {
  await using rooms = imageRooms();
  const [first] = await rooms.images.load(await busyboxImage());
  const [second] = await rooms.images.load(await busyboxImage({ config: { Cmd: ['evil'] } }), rooms.follow);
  const said = rooms.messages.flatMap(({ stream }) => stream ?? []);
  assert.ok(said.includes(`The image busybox:latest already exists, renaming the old one with ID ${first?.id} to empty string\n`), said.join(''));
  assert.equal(rooms.images.resolve('busybox').id, second?.id);
  assert.deepEqual(rooms.images.resolve(first?.id ?? '').repoTags, []);
});

test('load() takes gzip and zstd archives, compressed layers, links between members, and images without a name', { skip }, async () => {
  await using rooms = imageRooms();
  const [a, b] = [await layer('a'), await layer('b')];
  const diffIds = [digestOf(a), digestOf(b)];
  const plain = await archive([gzipSync(a), zstdCompressSync(b)], { diffIds });
  for (const bytes of [plain, gzipSync(plain), zstdCompressSync(plain)]) {
    const [image] = await rooms.images.load(Readable.from([bytes]), rooms.follow);
    assert.deepEqual(image?.layers, diffIds);
    assert.deepEqual(rooms.messages.at(-1), { stream: `Loaded image ID: ${image?.id}\n` });
  }
  const config = JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [diffIds[0], diffIds[0]] } });
  const linked = await tarBytes([
    file('x/layer.tar', a),
    { entry: fileEntry('y/layer.tar', 0, { type: 'symlink', linkName: '../x/layer.tar' }) },
    file('c.json', config),
    file('manifest.json', JSON.stringify([{ Config: 'c.json', RepoTags: ['twice:1'], Layers: ['x/layer.tar', 'y/layer.tar'] }])),
  ]);
  assert.equal((await rooms.images.load(Readable.from([linked])))[0]?.sizeBytes, 2);
});

test('load() takes OCI layouts and chooses the platform', { skip }, async () => {
  await using rooms = imageRooms();
  const blobs: TarSource[] = [];
  const blob = (mediaType: string, bytes: Buffer | string, more: object = {}): object => {
    const digest = digestOf(bytes);
    blobs.push(file(`blobs/sha256/${hexOf(digest)}`, bytes));
    return { mediaType, digest, size: Buffer.byteLength(bytes), ...more };
  };
  const manifestFor = async (architecture: string): Promise<object> => {
    const tar = await layer(architecture);
    const config = blob(MediaType.ociConfig, JSON.stringify({ os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } }));
    const document = { schemaVersion: 2, mediaType: MediaType.ociManifest, config, layers: [blob(MediaType.ociLayer, tar)] };
    return blob(MediaType.ociManifest, JSON.stringify(document), { platform: { os: 'linux', architecture } });
  };
  const list = blob(
    MediaType.ociIndex,
    JSON.stringify({ schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [await manifestFor('amd64'), await manifestFor('arm64')] }),
    {
      annotations: { 'io.containerd.image.name': 'docker.io/me/multi:1' },
    },
  );
  const bytes = await tarBytes([
    ...blobs,
    file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    file('index.json', JSON.stringify({ schemaVersion: 2, manifests: [list] })),
  ]);
  const [image] = await rooms.images.load(Readable.from([bytes]), { platform: 'linux/arm64' });
  assert.equal(image?.config.architecture, 'arm64');
  assert.deepEqual(image?.repoTags, ['me/multi:1']);
  await assert.rejects(rooms.images.load(Readable.from([bytes]), { platform: 'linux/s390x' }), { code: 'NOT_FOUND' });
});

test('load() refuses broken archives with what is wrong, and leaves nothing', { skip }, async () => {
  await using rooms = imageRooms();
  const a = await layer('a');
  const good = await archive([a]);
  const evil = await tarBytes([file('../../../etc/evil', 'x')]);
  const cases: [Buffer, RegExp][] = [
    [Buffer.from('garbage'), /unexpected EOF/],
    [Buffer.alloc(600, 1), /archive\/tar: invalid tar header/],
    [Buffer.alloc(1024), /neither manifest\.json/],
    [good.subarray(0, 700), /unexpected EOF/],
    [await archive([a], { diffIds: [digestOf('other')] }), /layers from manifest don't match image configuration/],
    [await archive([a], { diffIds: [] }), /layers length mismatch/],
    [await archive([a], { config: { config: { Env: 'x' } } }), /Env is not a list of strings/],
    [await archive([evil]), /outside of the archive's root/],
    [await archive([a], { tags: ['Bad'] }), /must be lowercase/],
    [await tarBytes([file('manifest.json', '[{"Config":"../../etc/passwd","Layers":[]}]')]), /is missing/],
    [await tarBytes([file('manifest.json', '{')]), /no JSON/],
    [
      await tarBytes([
        file('index.json', JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: MediaType.ociManifest, digest: digestOf('x'), size: 1 }] })),
      ]),
      /is missing/,
    ],
    [gzipSync(good).subarray(0, 100), /gzip: invalid data/],
  ];
  for (const [bytes, message] of cases) await assert.rejects(rooms.images.load(Readable.from([bytes])), { message }, String(message));
  await rooms.images.collect({ olderThanMs: 0 });
  await rooms.snapshots.idle();
  assert.deepEqual(
    rooms.images.list().filter(({ repoTags }) => repoTags.length > 0),
    [],
  );
  for (const folder of ['content/ingest', 'snapshots/making']) assert.deepEqual(readdirSync(join(rooms.root, folder)), [], folder);
});

test('save() gives a tar that load() takes back, the same each time', { skip }, async () => {
  await using rooms = imageRooms();
  await rooms.images.load(await busyboxImage({ tags: ['busybox:latest', 'localhost:5000/box:1'] }));
  const saved = Buffer.concat(await rooms.images.save(['busybox', 'localhost:5000/box:1']).toArray());
  assert.ok(saved.equals(Buffer.concat(await rooms.images.save(['busybox', 'localhost:5000/box:1']).toArray())));
  const names: string[] = [];
  for await (const { entry } of readTar(Readable.from([saved]))) names.push(entry.path);
  assert.deepEqual(names.slice(-4), ['index.json', 'manifest.json', 'oci-layout', 'repositories']);
  assert.throws(() => rooms.images.save(['nosuch']), { code: 'NOT_FOUND', message: 'No such image: nosuch' });
  await using other = imageRooms();
  const [image] = await other.images.load(Readable.from([saved]));
  assert.deepEqual(image?.repoTags, ['busybox:latest', 'localhost:5000/box:1']);
  const [byId] = await other.images.load(rooms.images.save([image?.id ?? '']), other.follow);
  assert.equal(byId?.id, image?.id);
  assert.deepEqual(other.messages.at(-1), { stream: `Loaded image ID: ${image?.id}\n` });
});

test('resolve() finds by name, id and prefix, and says what is missing in the words of Docker', { skip }, async () => {
  await using rooms = imageRooms();
  const id = await busyboxImageId();
  await rooms.images.load(await busyboxImage());
  for (const text of ['busybox', 'busybox:latest', 'docker.io/library/busybox', id, hexOf(id as Digest), id.slice(0, 19), id.slice(7, 19)])
    assert.equal(rooms.images.resolve(text).id, id, text);
  for (const [text, message] of [
    ['nosuch', 'No such image: nosuch:latest'],
    ['busybox:1', 'No such image: busybox:1'],
    ['sha256:99', 'No such image: sha256:99'],
  ] as const)
    assert.throws(() => rooms.images.resolve(text), { code: 'NOT_FOUND', message });
  assert.throws(() => rooms.images.resolve('Foo'), {
    code: 'INVALID_ARGUMENT',
    message: 'invalid reference format: repository name (library/Foo) must be lowercase',
  });
  assert.equal(rooms.images.find('nosuch'), undefined);
});

test('remove() untags, deletes with the last name, and refuses what is in use', { skip }, async () => {
  const users: ImageUser[] = [];
  await using rooms = imageRooms({ usersOf: () => users });
  const id = await busyboxImageId();
  const short = id.slice(7, 19);
  await rooms.images.load(await busyboxImage());
  rooms.images.tag('busybox', 'other/name:1');
  assert.throws(() => rooms.images.remove(id), {
    code: 'CONFLICT',
    message: `conflict: unable to delete ${short} (must be forced) - image is referenced in multiple repositories`,
  });
  assert.deepEqual(rooms.images.remove('other/name:1'), [{ Untagged: 'other/name:1' }]);
  users.push({ containerId: 'c0ffee'.padEnd(64, '0'), running: false });
  assert.throws(() => rooms.images.remove('busybox'), {
    code: 'CONFLICT',
    message: `conflict: unable to remove repository reference "busybox" (must force) - container c0ffee000000 is using its referenced image ${short}`,
  });
  assert.throws(() => rooms.images.remove(short), {
    message: `conflict: unable to delete ${short} (must be forced) - image is being used by stopped container c0ffee000000`,
  });
  users[0] = { containerId: 'c0ffee'.padEnd(64, '0'), running: true };
  assert.throws(() => rooms.images.remove(short, { force: true }), {
    message: `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container c0ffee000000`,
  });
  users.pop();
  using lease = rooms.images.lease('busybox');
  assert.throws(() => rooms.images.remove(short, { force: true }), { code: 'CONFLICT' });
  lease[Symbol.dispose]();
  const chain = rooms.images.resolve(id).chainId;
  assert.deepEqual(rooms.images.remove('busybox'), [{ Untagged: 'busybox:latest' }, { Deleted: id }, { Deleted: chain }]);
  await rooms.snapshots.idle();
  assert.deepEqual([rooms.snapshots.layers(), await Array.fromAsync(rooms.content.walk())], [[], []]);
  assert.deepEqual(
    rooms.events.map(({ Action }) => Action),
    ['load', 'tag', 'untag', 'untag', 'delete'],
  );
});

test('remove() keeps layers that others share, and collect() takes what a container held', { skip }, async () => {
  await using rooms = imageRooms();
  const [a, b, c] = [await layer('a'), await layer('b'), await layer('c')];
  await rooms.images.load(Readable.from([await archive([a, b], { tags: ['ab:1'] })]));
  await rooms.images.load(Readable.from([await archive([a, c], { tags: ['ac:1'] })]));
  assert.equal(rooms.snapshots.layers().length, 3);
  const { shared, layersBytes } = await rooms.images.usage();
  assert.deepEqual([[...shared.values()], layersBytes], [[1, 1], 3]);
  rooms.images.remove('ab:1');
  assert.equal(rooms.snapshots.layers().length, 2);
  rooms.snapshots.prepare('box', rooms.images.resolve('ac:1').chainId);
  rooms.images.remove('ac:1', { force: true });
  assert.equal(rooms.snapshots.layers().length, 2);
  rooms.snapshots.remove('box');
  assert.equal(await rooms.images.collect(), 0);
  assert.equal(await rooms.images.collect({ olderThanMs: 0 }), 2);
  assert.equal(rooms.snapshots.layers().length, 0);
});

test('list(), history() and prune() answer by their filters', { skip }, async () => {
  await using rooms = imageRooms({ now: () => Date.parse('2025-01-01T00:00:00Z') });
  const load = async (name: string, more: object = {}): Promise<void> =>
    void (await rooms.images.load(
      Readable.from([await archive([await layer(name)], { tags: name === 'none' ? [] : [name], config: { created: '2024-06-01T00:00:00Z', ...more } })]),
    ));
  await load('old:1', { created: '2020-01-01T00:00:00Z', config: { Labels: { tier: 'db' } } });
  await load('new:1', {
    history: [
      { created_by: 'COPY a', created: '2024-06-01T00:00:00Z' },
      { created_by: 'CMD x', empty_layer: true },
    ],
  });
  await load('none', { created: '2021-01-01T00:00:00Z' });
  const names = (filters: Record<string, string[]>): string[] => rooms.images.list({ filters }).map(({ repoTags }) => repoTags[0] ?? '<none>');
  assert.deepEqual(names({}), ['new:1', '<none>', 'old:1']);
  assert.deepEqual(names({ dangling: ['true'] }), ['<none>']);
  assert.deepEqual(names({ dangling: ['false'] }), ['new:1', 'old:1']);
  assert.deepEqual(names({ label: ['tier=db'] }), ['old:1']);
  assert.deepEqual(names({ label: ['tier'] }), ['old:1']);
  assert.deepEqual(names({ label: ['tier=web'] }), []);
  assert.deepEqual(names({ before: ['new:1'] }), ['<none>', 'old:1']);
  assert.deepEqual(names({ since: ['old:1'] }), ['new:1', '<none>']);
  assert.deepEqual(names({ until: ['8760h'] }), ['<none>', 'old:1']);
  assert.deepEqual(names({ reference: ['o*'] }), ['old:1']);
  assert.deepEqual(names({ reference: ['*:1'] }), ['new:1', 'old:1']);
  assert.throws(() => names({ bogus: ['x'] }), { code: 'INVALID_ARGUMENT', message: "invalid filter 'bogus'" });
  assert.throws(() => names({ dangling: ['maybe'] }), { message: "invalid filter 'dangling=[maybe]'" });
  assert.deepEqual(
    rooms.images.history('new:1').map(({ id, createdBy, sizeBytes, tags }) => [id === '<missing>', createdBy, sizeBytes, tags]),
    [
      [false, 'CMD x', 0, ['new:1']],
      [true, 'COPY a', 5, []],
    ],
  );
  const dry = rooms.images.prune({ dryRun: true });
  assert.deepEqual([dry.removed.length, dry.reclaimedBytes, rooms.images.list().length], [1, 4, 3]);
  assert.equal(rooms.images.prune().reclaimedBytes, 4);
  assert.deepEqual(names({}), ['new:1', 'old:1']);
  assert.equal(rooms.images.prune({ filters: { dangling: ['false'], label: ['tier'] } }).removed.length, 3);
  assert.deepEqual(names({}), ['new:1']);
});

test('create() makes an image over known layers; children keep their parent from being removed', { skip }, async () => {
  await using rooms = imageRooms();
  const [base] = await rooms.images.load(await busyboxImage());
  assert.ok(base);
  const top = await layer('top');
  const { digest } = await rooms.content.ingest([top]);
  const config = { ...base.config, rootfs: { type: 'layers' as const, diff_ids: [...base.layers, digest] } };
  const child = await rooms.images.create({
    config,
    layers: [{ diffId: base.layers[0] ?? digest }, { diffId: digest, blob: digest }],
    tags: ['me/child'],
    parent: base.id,
  });
  assert.deepEqual([child.repoTags, child.parent, child.chainId], [['me/child:latest'], base.id, chainId([...base.layers, digest])]);
  assert.throws(() => rooms.images.remove(base.id, { force: true }), { message: /cannot be forced\) - image has dependent child images/ });
  rooms.images.remove('busybox');
  assert.deepEqual(rooms.images.remove('me/child').filter((line) => 'Deleted' in line).length, 4);
  assert.deepEqual(rooms.images.list({ all: true }), []);
});

test('import() makes an image of a file system archive, with changes', { skip }, async () => {
  await using rooms = imageRooms();
  const source = gzipSync(await busyboxLayer());
  const changes = [
    'CMD ["sh", "-c", "true"]',
    'ENV A=1',
    'ENV B="$A 2"',
    'EXPOSE 80 53/udp',
    'LABEL x=y',
    'WORKDIR /srv',
    'WORKDIR app',
    'USER app',
    'VOLUME /data',
  ];
  const image = await rooms.images.import(Readable.from([source]), { reference: 'imported:1', changes, message: 'from a test', ...rooms.follow });
  assert.deepEqual(image.config.config, {
    Cmd: ['sh', '-c', 'true'],
    Env: ['A=1', 'B=1 2'],
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    Labels: { x: 'y' },
    WorkingDir: '/srv/app',
    User: 'app',
    Volumes: { '/data': {} },
  });
  assert.deepEqual([image.repoTags, image.layers], [['imported:1'], [digestOf(await busyboxLayer())]]);
  await assert.rejects(rooms.images.import(Readable.from([source]), { changes: ['RUN x'] }), {
    code: 'INVALID_ARGUMENT',
    message: 'run is not a valid change command',
  });
});

test('images are found again after the engine was killed, and half-made ones are not', { skip }, async () => {
  await using rooms = imageRooms();
  await rooms.images.load(await busyboxImage());
  const stop = new AbortController();
  async function* half(): AsyncGenerator<Buffer> {
    const bytes = await archive([Buffer.concat([await layer('big'), Buffer.alloc(1 << 20)])]);
    yield bytes.subarray(0, 1 << 19);
    stop.abort(new Error('killed'));
    yield bytes.subarray(1 << 19);
  }
  await assert.rejects(rooms.images.load(half(), { signal: stop.signal }));
  const again = rooms.reopen();
  assert.deepEqual(again.images.list(), rooms.images.list());
  await again.images.collect({ olderThanMs: 0 });
  assert.equal(again.snapshots.layers().length, 1);
  assert.equal((await Array.fromAsync(again.content.walk())).length, 2);
});
