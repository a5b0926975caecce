import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  chainIds,
  digestOf,
  familiarReference,
  formatPlatform,
  formatReference,
  isIndex,
  MediaType,
  parseConfig,
  parseManifest,
  parsePlatform,
  parseReference,
  platformMatches,
  withDefaultTag,
} from './index.ts';

test('parseReference() normalises names as Docker does', () => {
  const digest = digestOf('x');
  const cases: [string, string, string][] = [
    ['busybox', 'docker.io/library/busybox', 'busybox'],
    ['me/app:1.0', 'docker.io/me/app:1.0', 'me/app:1.0'],
    ['docker.io/library/busybox:latest', 'docker.io/library/busybox:latest', 'busybox:latest'],
    ['index.docker.io/busybox', 'docker.io/library/busybox', 'busybox'],
    ['localhost/app', 'localhost/app', 'localhost/app'],
    ['localhost:5000/app', 'localhost:5000/app', 'localhost:5000/app'],
    ['localhost:5000/a/b:tag', 'localhost:5000/a/b:tag', 'localhost:5000/a/b:tag'],
    ['[::1]:5000/app:1', '[::1]:5000/app:1', '[::1]:5000/app:1'],
    ['Registry/app', 'Registry/app', 'Registry/app'],
    [`ghcr.io/a/b:1@${digest}`, `ghcr.io/a/b:1@${digest}`, `ghcr.io/a/b:1@${digest}`],
    ['a__b/c---d.e', 'docker.io/a__b/c---d.e', 'a__b/c---d.e'],
  ];
  for (const [text, full, familiar] of cases) {
    const reference = parseReference(text);
    assert.equal(formatReference(reference), full, text);
    assert.equal(familiarReference(reference), familiar, text);
  }
  assert.equal(withDefaultTag(parseReference('busybox')).tag, 'latest');
  assert.equal(withDefaultTag(parseReference(`busybox@${digest}`)).tag, undefined);
});

test('parseReference() refuses what could be no name, in the words of Docker', () => {
  const cases: [string, RegExp][] = [
    ['Foo', /^invalid reference format: repository name \(library\/Foo\) must be lowercase$/],
    ['a'.repeat(64), /cannot specify 64-byte hexadecimal strings/],
    ['', /^invalid reference format$/],
    ['a//b', /^invalid reference format$/],
    ['../etc', /^invalid reference format$/],
    ['localhost:5000/../../etc', /^invalid reference format$/],
    ['a:', /^invalid reference format$/],
    ['a:-x', /^invalid reference format$/],
    ['a@sha256:zz', /^invalid reference format$/],
    ['a___b', /^invalid reference format$/],
    [`a/${'b'.repeat(256)}`, /more than 255/],
  ];
  for (const [text, message] of cases) assert.throws(() => parseReference(text), { code: 'INVALID_ARGUMENT', message }, text);
});

test('chainIds() folds diff ids from the bottom', () => {
  const [a, b, c] = [digestOf('a'), digestOf('b'), digestOf('c')];
  const ab = digestOf(`${a} ${b}`);
  assert.deepEqual(chainIds([a, b, c]), [a, ab, digestOf(`${ab} ${c}`)]);
  assert.deepEqual(chainIds([]), []);
});

test('parseManifest() refuses documents of two kinds, wrong digests and sizes', () => {
  const descriptor = { mediaType: MediaType.ociConfig, digest: digestOf('c'), size: 1 };
  const manifest = { schemaVersion: 2, mediaType: MediaType.ociManifest, config: descriptor, layers: [descriptor] };
  assert.equal(isIndex(parseManifest(JSON.stringify(manifest))), false);
  assert.equal(isIndex(parseManifest(JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }))), true);
  const bad = [
    { ...manifest, manifests: [descriptor] },
    { ...manifest, mediaType: MediaType.ociIndex },
    { ...manifest, schemaVersion: 1 },
    { ...manifest, layers: [{ ...descriptor, digest: 'sha256:../../../etc/passwd' }] },
    { ...manifest, layers: [{ ...descriptor, size: -1 }] },
    { ...manifest, layers: 'x' },
    { ...manifest, config: undefined },
    [],
  ];
  for (const document of bad) assert.throws(() => parseManifest(JSON.stringify(document)), { code: 'INVALID_ARGUMENT' }, JSON.stringify(document));
  assert.throws(() => parseManifest('{'), { code: 'INVALID_ARGUMENT' });
  assert.throws(() => parseManifest(JSON.stringify(manifest).replace('"mediaType":"application/vnd.oci.image.manifest.v1+json",', ''), MediaType.dockerIndex), {
    code: 'INVALID_ARGUMENT',
  });
});

test('parseConfig() checks kinds and keeps what it does not know', () => {
  const config = parseConfig(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: { Env: ['A=1'], Odd: 1 },
      rootfs: { type: 'layers', diff_ids: [digestOf('a')] },
      extra: true,
    }),
  );
  assert.deepEqual(config.rootfs.diff_ids, [digestOf('a')]);
  assert.equal((config as unknown as { extra: boolean }).extra, true);
  for (const bad of [
    { config: { Env: 'A' } },
    { config: { Labels: { a: 1 } } },
    { rootfs: { diff_ids: ['sha256:x'] } },
    { config: { User: 5 } },
    { created: 'yesterday' },
    { config: { Volumes: [] } },
  ])
    assert.throws(() => parseConfig(JSON.stringify(bad)), { code: 'INVALID_ARGUMENT' }, JSON.stringify(bad));
});

test('mutated manifests and configs are read or refused, and nothing else (seeded)', () => {
  const descriptor = {
    mediaType: MediaType.ociLayerGzip,
    digest: digestOf('l'),
    size: 10,
    platform: { os: 'linux', architecture: 'amd64' },
    annotations: { a: 'b' },
  };
  const documents = [
    { schemaVersion: 2, mediaType: MediaType.ociManifest, config: descriptor, layers: [descriptor, descriptor] },
    { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [descriptor] },
    {
      os: 'linux',
      architecture: 'amd64',
      created: '2024-01-01T00:00:00Z',
      config: { Env: ['A=1'], Cmd: null, Labels: { x: 'y' }, Volumes: { '/v': {} } },
      rootfs: { type: 'layers', diff_ids: [digestOf('l')] },
      history: [{ created_by: 'x', empty_layer: true }],
    },
  ].map((document) => JSON.stringify(document));
  const pieces = ['null', '[]', '{}', '"x"', '-1', '1e999', '"sha256:"', '"__proto__"', 'true', ''];
  let seed = 7;
  const random = (limit: number): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % limit;
  for (let round = 0; round < 20_000; round++) {
    const text = documents[round % documents.length] ?? '';
    const values = [...text.matchAll(/(?<=:)("[^"]*"|\d+|null|true|\[[^[\]]*\]|\{[^{}]*\})/g)];
    const value = values[random(values.length)];
    const mutated =
      random(3) === 0
        ? flipped(text, random(text.length), random(128))
        : text.slice(0, value?.index) + (pieces[random(pieces.length)] ?? '') + text.slice((value?.index ?? 0) + (value?.[0].length ?? 0));
    for (const parse of [parseManifest, parseConfig]) {
      try {
        parse(mutated);
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'INVALID_ARGUMENT', `${String(error)}: ${mutated}`);
      }
    }
  }
});

function flipped(text: string, at: number, code: number): string {
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
}

test('platforms are matched by what they mean', () => {
  assert.equal(formatPlatform(parsePlatform('linux/aarch64')), 'linux/arm64');
  assert.ok(platformMatches(parsePlatform('linux/arm64/v8'), { os: 'linux', architecture: 'arm64' }));
  assert.ok(platformMatches(parsePlatform('linux/arm'), { os: 'linux', architecture: 'arm', variant: 'v7' }));
  assert.ok(!platformMatches(parsePlatform('linux/amd64'), { os: 'linux', architecture: 'arm64' }));
  assert.throws(() => parsePlatform('linux/amd64/v1/x'), { code: 'INVALID_ARGUMENT' });
});
