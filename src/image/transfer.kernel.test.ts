import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { busyboxImage, busyboxImageId } from '../../test/support/busybox-image.ts';
import { flakyProxy } from '../../test/support/flaky-proxy.ts';
import { imageRooms } from '../../test/support/image-rooms.ts';
import type { ImageRooms } from '../../test/support/image-rooms.ts';
import { digestOf, MediaType } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { serveRegistry } from '../registry/index.ts';
import type { RegistryServer, ServeRegistryOptions } from '../registry/index.ts';
import { fileEntry, tarBytes } from '../tar/index.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root: unpacks layers with their owners';

/** A registry on a free port with a folder of its own. */
async function registry(options: Partial<ServeRegistryOptions> = {}): Promise<RegistryServer> {
  const root = mkdtempSync(join(tmpdir(), 'slipway-registry-'));
  const server = await serveRegistry({ root, port: 0, ...options });
  return {
    ...server,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      rmSync(root, { recursive: true });
    },
  };
}

async function pushBusybox(address: string, rooms: ImageRooms): Promise<string> {
  await rooms.images.load(await busyboxImage());
  const name = `${address}/team/box:1`;
  rooms.images.tag('busybox', name);
  await rooms.images.push(name, rooms.follow);
  return name;
}

/** Why the machine cannot serve TLS under its own name; false where it can. */
async function noTls(): Promise<string | false> {
  if (!existsSync('/usr/bin/openssl')) return 'needs openssl, which makes the certificate';
  return await lookup(hostname()).then(
    () => false as const,
    () => `needs the machine's name ${hostname()} to have an address`,
  );
}

/** Puts a blob or manifest into a registry by hand. */
async function upload(address: string, name: string, bytes: Buffer): Promise<Digest> {
  const digest = digestOf(bytes);
  const answer = await fetch(`http://${address}/v2/${name}/blobs/uploads/?digest=${digest}`, { method: 'POST', body: new Uint8Array(bytes) });
  assert.equal(answer.status, 201);
  return digest;
}

async function uploadManifest(address: string, path: string, document: { readonly mediaType: string }): Promise<Digest> {
  const body = JSON.stringify(document);
  const answer = await fetch(`http://${address}/v2/${path}`, { method: 'PUT', body, headers: { 'content-type': document.mediaType } });
  assert.equal(answer.status, 201, await answer.text());
  return digestOf(body);
}

const statuses = (rooms: ImageRooms): string[] => [...new Set(rooms.messages.map(({ status, id }) => (id === undefined ? `${status}` : `${id}: ${status}`)))];

test('push() and pull() carry an image through a registry, with the messages of Docker', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  const name = await pushBusybox(server.address, rooms);
  const diffId = rooms.images.resolve('busybox').layers[0]?.slice(7, 19);
  const [, digest = ''] = /digest: (\S+) size/.exec(rooms.messages.find(({ status }) => status?.startsWith('1: digest'))?.status ?? '') ?? [];
  assert.deepEqual(statuses(rooms).slice(0, 2), [`The push refers to repository [${server.address}/team/box]`, `${diffId}: Preparing`]);
  assert.ok(statuses(rooms).includes(`${diffId}: Pushed`));
  const pushed = await (await fetch(`http://${server.address}/v2/team/box/manifests/1`)).text();
  assert.deepEqual(rooms.messages.at(-1)?.aux, { Tag: '1', Digest: digestOf(pushed), Size: pushed.length });
  assert.equal(digest, digestOf(pushed));
  assert.deepEqual(rooms.images.resolve(name).repoDigests, [`${server.address}/team/box@${digest}`]);
  rooms.messages.length = 0;
  await rooms.images.push(name, rooms.follow);
  assert.ok(statuses(rooms).includes(`${diffId}: Layer already exists`));

  await using other = imageRooms();
  const image = await other.images.pull(name, other.follow);
  assert.equal(image.id, await busyboxImageId());
  assert.deepEqual([image.repoTags, image.repoDigests], [[name], [`${server.address}/team/box@${digest}`]]);
  const [blob] = other.messages.filter(({ status }) => status === 'Pulling fs layer').map(({ id }) => id);
  const seen = statuses(other);
  const expected = [
    'Pulling from team/box',
    `${blob}: Pulling fs layer`,
    `${blob}: Downloading`,
    `${blob}: Verifying Checksum`,
    `${blob}: Download complete`,
    `${blob}: Extracting`,
    `${blob}: Pull complete`,
    `Digest: ${digest}`,
    `Status: Downloaded newer image for ${name}`,
  ];
  assert.deepEqual(
    seen.map((line) => line.replace(/^1: /, '')),
    expected,
  );
  other.messages.length = 0;
  await other.images.pull(name, other.follow);
  assert.deepEqual(statuses(other), ['1: Pulling from team/box', `Digest: ${digest}`, `Status: Image is up to date for ${name}`]);
  const byDigest = await other.images.pull(`${server.address}/team/box@${digest}`);
  assert.equal(byDigest.id, image.id);
  await other.images.pull(`${name}@${digest}`, other.follow);
  assert.equal(other.messages.at(-1)?.status, `Status: Image is up to date for ${name}@${digest}`);
  other.images.remove(image.id);
  assert.deepEqual(await Array.fromAsync(other.content.walk()), []);
  rooms.images.tag('busybox', `${server.address}/other/box:2`);
  rooms.messages.length = 0;
  await rooms.images.push(`${server.address}/other/box:2`, rooms.follow);
  assert.ok(statuses(rooms).includes(`${diffId}: Mounted from team/box`));
});

test('pull() chooses the platform of a manifest list, and takes zstd layers', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  const manifests: object[] = [];
  for (const architecture of ['amd64', 'arm64']) {
    const tar = await tarBytes([{ entry: fileEntry('arch', architecture.length), body: Buffer.from(architecture) }]);
    const config = Buffer.from(JSON.stringify({ os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } }));
    const layer = architecture === 'arm64' ? zstdCompressSync(tar) : gzipSync(tar);
    const document = {
      schemaVersion: 2,
      mediaType: MediaType.ociManifest,
      config: { mediaType: MediaType.ociConfig, size: config.length, digest: await upload(server.address, 'multi', config) },
      layers: [
        {
          mediaType: architecture === 'arm64' ? MediaType.ociLayerZstd : MediaType.ociLayerGzip,
          size: layer.length,
          digest: await upload(server.address, 'multi', layer),
        },
      ],
    };
    const digest = await uploadManifest(server.address, `multi/manifests/${digestOf(JSON.stringify(document))}`, document);
    manifests.push({ mediaType: MediaType.ociManifest, digest, size: JSON.stringify(document).length, platform: { os: 'linux', architecture } });
  }
  const list = await uploadManifest(server.address, 'multi/manifests/latest', { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests } as {
    mediaType: string;
  });
  const image = await rooms.images.pull(`${server.address}/multi`, { platform: 'linux/arm64' });
  assert.equal(image.config.architecture, 'arm64');
  assert.equal(readFileSync(join(rooms.snapshots.layerDir(image.chainId as Digest), 'arch'), 'utf8'), 'arm64');
  assert.deepEqual(image.repoDigests, [`${server.address}/multi@${list}`]);
  const remote = await rooms.images.distribution(`${server.address}/multi`);
  assert.deepEqual([remote.Descriptor.digest, remote.Platforms.map(({ architecture }) => architecture)], [list, ['amd64', 'arm64']]);
  await assert.rejects(rooms.images.pull(`${server.address}/multi`, { platform: 'linux/s390x' }), {
    code: 'NOT_FOUND',
    message: 'no matching manifest for linux/s390x in the manifest list entries',
  });
});

test('pull() and push() of all tags', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  await rooms.images.load(await busyboxImage());
  const repository = `${server.address}/tags`;
  for (const tag of ['a', 'b']) rooms.images.tag('busybox', `${repository}:${tag}`);
  await rooms.images.push(repository);
  await using other = imageRooms();
  const image = await other.images.pull(repository, { allTags: true, ...other.follow });
  assert.deepEqual(image.repoTags, [`${repository}:a`, `${repository}:b`]);
  assert.equal(statuses(other).at(-1), `Status: Downloaded newer image for ${repository}`);
});

test('a layer that another image has already is not fetched again', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  const name = await pushBusybox(server.address, rooms);
  const base = rooms.images.resolve('busybox');
  await rooms.images.create({
    config: { ...base.config, author: 'somebody else' },
    layers: [{ diffId: base.layers[0] as Digest }],
    tags: [`${server.address}/other`],
  });
  await rooms.images.push(`${server.address}/other`);
  await using other = imageRooms();
  await other.images.pull(name);
  await other.images.pull(`${server.address}/other`, other.follow);
  assert.deepEqual(
    statuses(other)
      .filter((line) => /layer|exists|Download|Extract|complete/.test(line))
      .map((line) => line.replace(/^\w+: /, '')),
    ['Already exists', `Downloaded newer image for ${server.address}/other:latest`],
  );
});

test('pull() goes on after broken transfers, where they broke', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  await pushBusybox(server.address, rooms);
  let cuts = 0;
  await using proxy = await flakyProxy(server.port, ({ method, url }) =>
    method === 'GET' && /blobs\/sha256/.test(url ?? '') && cuts < 3 && ++cuts ? { cutAfter: 200_000 } : undefined,
  );
  await using other = imageRooms();
  const image = await other.images.pull(`${proxy.address}/team/box:1`, other.follow);
  assert.equal(image.id, await busyboxImageId());
  assert.ok(statuses(other).some((line) => line.endsWith('Retrying in 1 second')));
  const ranges = proxy.seen.flatMap((line) => /bytes=(\d+)-/.exec(line)?.[1] ?? []).map(Number);
  assert.ok(ranges.length > 0 && ranges.every((start, index) => start > (ranges[index - 1] ?? 0)), proxy.seen.join('\n'));
});

test('two pulls of an image fetch it once, and one that is given up does not take the other along', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  await pushBusybox(server.address, rooms);
  const stop = new AbortController();
  const stalled = Promise.withResolvers<void>();
  let cut = true;
  await using proxy = await flakyProxy(server.port, ({ method, url = '' }) =>
    cut && method === 'GET' && /blobs\/sha256/.test(url) ? { cutAfter: 200_000, stall: stalled.resolve } : undefined,
  );
  await using other = imageRooms();
  const name = `${proxy.address}/team/box:1`;
  const givenUp = assert.rejects(other.images.pull(name, { signal: stop.signal }), /given up/);
  await stalled.promise;
  cut = false;
  const joined = Promise.withResolvers<void>();
  const second = other.images.pull(name, { onProgress: ({ status }) => status === 'Pulling fs layer' && joined.resolve() });
  await joined.promise;
  stop.abort(new Error('given up'));
  await givenUp;
  assert.equal((await second).id, await busyboxImageId());
  await using third = imageRooms();
  proxy.seen.length = 0;
  await Promise.all([third.images.pull(name), third.images.pull(name)]);
  assert.equal(proxy.seen.filter((line) => /^GET .*blobs/.test(line)).length, 3, 'two configs, one layer');
});

test('pull() refuses wrong bytes with a clear error and keeps nothing', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  await pushBusybox(server.address, rooms);
  for (const [spoiled, message] of [
    [/blobs\/sha256/, /verification failed|unexpected digest/],
    [/manifests\//, /manifest verification failed for digest sha256:/],
  ] as const) {
    await using proxy = await flakyProxy(server.port, ({ method, url }) => ({ flip: method === 'GET' && spoiled.test(url ?? '') }));
    await using other = imageRooms();
    await assert.rejects(other.images.pull(`${proxy.address}/team/box:1`), { code: 'DATA_LOSS', message });
    await other.snapshots.idle();
    assert.deepEqual(other.images.list(), []);
    assert.deepEqual(
      ['content/ingest', 'content/resume', 'snapshots/layers', 'snapshots/making'].flatMap((folder) => readdirSync(join(other.root, folder))),
      [],
    );
  }
});

test('pull() tells what is missing in the words of Docker', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  const name = await pushBusybox(server.address, rooms);
  await assert.rejects(rooms.images.pull(`${server.address}/team/box:2`), {
    code: 'NOT_FOUND',
    message: `manifest for ${server.address}/team/box:2 not found: manifest unknown: manifest unknown`,
  });
  await assert.rejects(rooms.images.pull(`${server.address}/nosuch`), {
    code: 'NOT_FOUND',
    message: `repository ${server.address}/nosuch not found: name unknown: repository name not known to registry`,
  });
  assert.equal((await rooms.images.distribution(name)).Platforms[0]?.architecture, 'amd64');
  await assert.rejects(rooms.images.distribution(`${server.address}/nosuch`), { code: 'NOT_FOUND' });
  await assert.rejects(rooms.images.pull('localhost:1/x'), {
    code: 'UNAVAILABLE',
    message: /^Get "http:\/\/localhost:1\/v2\/": dial tcp (\[::1\]|127\.0\.0\.1):1: connect: connection refused$/,
  });
  await assert.rejects(rooms.images.push(`${server.address}/team/box:nosuch`), {
    code: 'NOT_FOUND',
    message: `tag does not exist: ${server.address}/team/box:nosuch`,
  });
  await assert.rejects(rooms.images.push(`${server.address}/nosuch`), {
    code: 'NOT_FOUND',
    message: `An image does not exist locally with the tag: ${server.address}/nosuch`,
  });
  await assert.rejects(rooms.images.pull(name, { signal: AbortSignal.abort(new Error('stop')) }), /stop/);
});

test('pull() of a hub that cannot be reached names the way out', { skip }, async () => {
  await using rooms = imageRooms();
  await assert.rejects(rooms.images.pull('busybox'), {
    code: 'UNAVAILABLE',
    message: /^Get "https:\/\/registry-1\.docker\.io\/v2\/": .*"slipway image bootstrap busybox:latest"/,
  });
});

test('basic authentication is asked for, sent, and refused', { skip }, async () => {
  await using server = await registry({ accounts: { me: 'secret' } });
  await using rooms = imageRooms();
  await rooms.images.load(await busyboxImage());
  const name = `${server.address}/box`;
  rooms.images.tag('busybox', name);
  await assert.rejects(rooms.images.push(name), { code: 'UNAUTHENTICATED', message: /no basic auth credentials/ });
  await assert.rejects(rooms.images.push(name, { auth: { username: 'me', password: 'wrong' } }), {
    code: 'UNAUTHENTICATED',
    message: /^unauthorized: authentication required/,
  });
  await rooms.images.push(name, { auth: { username: 'me', password: 'secret' } });
  assert.deepEqual(await rooms.images.checkAuth({ username: 'me', password: 'secret', serveraddress: server.address }), {
    Status: 'Login Succeeded',
    IdentityToken: '',
  });
  await assert.rejects(rooms.images.checkAuth({ username: 'me', password: 'no', serveraddress: server.address }), {
    code: 'UNAUTHENTICATED',
    message: `login attempt to http://${server.address}/v2/ failed with status: 401 Unauthorized`,
  });
});

test('token authentication sends credentials to the token server and its token to the registry', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  const tokens: string[] = [];
  await using proxy = await flakyProxy(server.port, ({ url = '', headers }) => {
    if (url.startsWith('/token')) {
      tokens.push(`${url} ${headers.authorization}`);
      return { answer: { status: 200, body: JSON.stringify({ token: 'good' }) } };
    }
    const challenge = `Bearer realm="http://${headers.host}/token",service="test registry",scope="repository:x:pull"`;
    return headers.authorization === 'Bearer good' ? undefined : { answer: { status: 401, headers: { 'www-authenticate': challenge } } };
  });
  await rooms.images.load(await busyboxImage());
  rooms.images.tag('busybox', `${proxy.address}/box`);
  await rooms.images.push(`${proxy.address}/box`, { auth: { username: 'me', password: 'secret' } });
  assert.deepEqual(tokens, [
    `/token?service=test+registry&scope=repository%3Abox%3Apull%2Cpush&account=me Basic ${Buffer.from('me:secret').toString('base64')}`,
  ]);
});

test('redirects of blobs lose the credentials at another host', { skip }, async () => {
  await using server = await registry({ accounts: { me: 'secret' } });
  await using rooms = imageRooms();
  await rooms.images.load(await busyboxImage());
  rooms.images.tag('busybox', `${server.address}/box`);
  const auth = { username: 'me', password: 'secret' };
  await rooms.images.push(`${server.address}/box`, { auth });
  const leaked: (string | undefined)[] = [];
  await using store = await flakyProxy(server.port, (request) => {
    leaked.push(request.headers.authorization);
    request.headers.authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    return undefined;
  });
  await using front = await flakyProxy(server.port, ({ url = '' }) =>
    /blobs\//.test(url) ? { answer: { status: 307, headers: { location: `http://${store.address}${url}` } } } : undefined,
  );
  await using other = imageRooms();
  await other.images.pull(`${front.address}/box`, { auth });
  assert.ok(leaked.length >= 2);
  assert.deepEqual(new Set(leaked), new Set([undefined]));
});

test('TLS registries are trusted by their own authority, or not at all', { skip: skip || (await noTls()) }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  // The machine's own name, as loopback addresses are trusted without certificate.
  const host = hostname();
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${host}`,
      '-addext',
      `subjectAltName=DNS:${host}`,
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  await using server = await registry({ host: '0.0.0.0', tls: { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') } });
  const address = `${host}:${server.port}`;
  await using stranger = imageRooms({ registries: { certsFolders: [join(folder, 'none')] } });
  await stranger.images.load(await busyboxImage());
  stranger.images.tag('busybox', `${address}/box`);
  await assert.rejects(stranger.images.push(`${address}/box`), { code: 'UNAVAILABLE', message: /x509: certificate signed by unknown authority/ });
  mkdirSync(join(folder, 'certs.d', address), { recursive: true });
  writeFileSync(join(folder, 'certs.d', address, 'ca.crt'), readFileSync(certificate));
  await using friend = imageRooms({ registries: { certsFolders: [join(folder, 'certs.d')] } });
  await friend.images.load(await busyboxImage());
  friend.images.tag('busybox', `${address}/box`);
  await friend.images.push(`${address}/box`);
  await using careless = imageRooms({ registries: { certsFolders: [], insecureRegistries: [address] } });
  assert.equal((await careless.images.pull(`${address}/box`)).id, await busyboxImageId());
  rmSync(folder, { recursive: true });
});

test('a mirror is asked before the hub', { skip }, async () => {
  await using server = await registry();
  await using rooms = imageRooms();
  await rooms.images.load(await busyboxImage());
  rooms.images.tag('busybox', `${server.address}/library/busybox:1`);
  await rooms.images.push(`${server.address}/library/busybox:1`);
  await using other = imageRooms({ registries: { mirrors: ['http://127.0.0.1:1', `http://${server.address}`] } });
  assert.deepEqual((await other.images.pull('busybox:1')).repoTags, ['busybox:1']);
});

test(
  "Debian's docker-registry takes what we push, and we take it back",
  { skip: skip || (existsSync('/usr/bin/docker-registry') ? false : 'needs the Debian package docker-registry') },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-debian-registry-'));
    const configuration = {
      version: 0.1,
      log: { level: 'info' },
      storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } },
      http: { addr: '127.0.0.1:0' },
    };
    writeFileSync(join(folder, 'config.yml'), JSON.stringify(configuration));
    const child = spawn('/usr/bin/docker-registry', ['serve', join(folder, 'config.yml')], { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      const address = await listeningAddress(child.stderr);
      await using rooms = imageRooms();
      const name = await pushBusybox(address, rooms);
      await rooms.images.push(name, rooms.follow);
      await using other = imageRooms();
      assert.equal((await other.images.pull(name)).id, await busyboxImageId());
      await assert.rejects(other.images.pull(`${address}/team/box:none`), { code: 'NOT_FOUND', message: /^manifest for .* not found: manifest unknown/ });
    } finally {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await exited;
      rmSync(folder, { recursive: true });
    }
  },
);

/** Reads the log until it says where the registry listens. */
async function listeningAddress(log: Readable): Promise<string> {
  let text = '';
  for await (const chunk of log.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const address = /listening on ([\d.]+:\d+)/.exec(text)?.[1];
    if (address !== undefined) {
      log.resume();
      return address;
    }
  }
  throw new Error(`docker-registry ended: ${text}`);
}

test(
  'skopeo copies from and to our registry, and its archives are loaded',
  { skip: skip || (existsSync('/usr/bin/skopeo') ? false : 'needs the Debian package skopeo') },
  async () => {
    await using server = await registry();
    await using rooms = imageRooms();
    const folder = mkdtempSync(join(tmpdir(), 'slipway-skopeo-'));
    const skopeo = async (...args: string[]): Promise<void> => {
      const child = spawn('/usr/bin/skopeo', ['--insecure-policy', '--tmpdir', folder, 'copy', '--src-tls-verify=false', '--dest-tls-verify=false', ...args], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const [text, code] = await Promise.all([Array.fromAsync(child.stderr as AsyncIterable<Buffer>), new Promise((resolve) => child.once('exit', resolve))]);
      assert.equal(code, 0, Buffer.concat(text).toString());
    };
    try {
      const name = await pushBusybox(server.address, rooms);
      const id = await busyboxImageId();
      await skopeo(`docker://${name}`, `docker-archive:${folder}/docker.tar:again:1`);
      await skopeo(`docker://${name}`, `oci-archive:${folder}/oci.tar:latest`);
      await skopeo(`docker-archive:${folder}/docker.tar`, `docker://${server.address}/by/skopeo:2`);
      await skopeo('--format', 'oci', `docker-archive:${folder}/docker.tar`, `docker://${server.address}/by/skopeo:oci`);
      await using other = imageRooms();
      const [docker] = await other.images.load(Readable.from([readFileSync(join(folder, 'docker.tar'))]));
      assert.deepEqual([docker?.repoTags, docker?.layers], [['again:1'], rooms.images.resolve(id).layers]);
      const [oci] = await other.images.load(Readable.from([readFileSync(join(folder, 'oci.tar'))]));
      assert.deepEqual(oci?.layers, docker?.layers);
      for (const tag of ['2', 'oci']) assert.deepEqual((await other.images.pull(`${server.address}/by/skopeo:${tag}`)).layers, docker?.layers);
      writeFileSync(join(folder, 'saved.tar'), Buffer.concat(await rooms.images.save([name]).toArray()));
      await skopeo(`docker-archive:${folder}/saved.tar`, `docker://${server.address}/saved:1`);
      assert.equal((await other.images.pull(`${server.address}/saved:1`)).id, id);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
