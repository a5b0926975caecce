import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { digestOf, MediaType, parseReference } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { parseChallenge } from './client/challenge.ts';
import { createRegistryClient, serveRegistry } from './index.ts';
import type { ServeRegistryOptions } from './index.ts';
import { routeOf } from './server/route.ts';

interface Served extends AsyncDisposable {
  readonly address: string;
  call(method: string, path: string, init?: { readonly body?: string; readonly headers?: Record<string, string> }): Promise<Answer>;
  blob(name: string, text: string): Promise<Digest>;
  reopen(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function served(options: Partial<ServeRegistryOptions> = {}): Promise<Served> {
  const root = mkdtempSync(join(tmpdir(), 'slipway-registry-'));
  let server = await serveRegistry({ root, port: 0, ...options });
  const call: Served['call'] = async (method, path, init = {}) => {
    const answer = await fetch(new URL(path, `http://${server.address}`), { method, ...init, redirect: 'manual' });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  return {
    address: server.address,
    call,
    async blob(name, text) {
      const digest = digestOf(text);
      assert.equal((await call('POST', `/v2/${name}/blobs/uploads/?digest=${digest}`, { body: text })).status, 201);
      return digest;
    },
    async reopen() {
      await server[Symbol.asyncDispose]();
      server = await serveRegistry({ root, port: 0, ...options });
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      rmSync(root, { recursive: true });
    },
  };
}

async function putManifest(on: Served, name: string, reference: string, more: object = {}): Promise<Answer> {
  const config = await on.blob(name, '{}');
  const body = JSON.stringify({
    schemaVersion: 2,
    mediaType: MediaType.ociManifest,
    config: { mediaType: MediaType.ociConfig, digest: config, size: 2 },
    layers: [],
    ...more,
  });
  return await on.call('PUT', `/v2/${name}/manifests/${reference}`, { body, headers: { 'content-type': MediaType.ociManifest } });
}

function codeOf({ text }: Answer): string {
  return (JSON.parse(text) as { errors: { code: string }[] }).errors[0]?.code ?? '';
}

test('uploads come whole, in two steps, in chunks, or by mount', async () => {
  await using on = await served();
  assert.equal((await on.call('GET', '/v2/')).headers.get('docker-distribution-api-version'), 'registry/2.0');
  const whole = await on.blob('a/b', 'whole');
  const begun = await on.call('POST', '/v2/a/b/blobs/uploads/');
  assert.equal(begun.status, 202);
  const place = begun.headers.get('location') ?? '';
  const first = await on.call('PATCH', place, { body: '0123', headers: { 'content-range': '0-3' } });
  assert.deepEqual([first.status, first.headers.get('range')], [202, '0-3']);
  assert.equal((await on.call('PATCH', place, { body: 'zz', headers: { 'content-range': '7-8' } })).status, 416);
  assert.deepEqual((await on.call('GET', place)).headers.get('range'), '0-3');
  assert.equal((await on.call('PATCH', place, { body: '4567', headers: { 'content-range': '4-7' } })).headers.get('range'), '0-7');
  const digest = digestOf('0123456789');
  const done = await on.call('PUT', `${place}?digest=${digest}`, { body: '89' });
  assert.deepEqual([done.status, done.headers.get('docker-content-digest'), done.headers.get('location')], [201, digest, `/v2/a/b/blobs/${digest}`]);
  assert.equal((await on.call('GET', `/v2/a/b/blobs/${digest}`)).text, '0123456789');
  assert.equal((await on.call('PUT', `${place}?digest=${digest}`)).status, 404);
  assert.equal((await on.call('POST', `/v2/c/blobs/uploads/?mount=${whole}&from=a/b`)).status, 201);
  assert.equal((await on.call('GET', `/v2/c/blobs/${whole}`)).text, 'whole');
  assert.equal((await on.call('POST', `/v2/c/blobs/uploads/?mount=${digestOf('unknown')}&from=a/b`)).status, 202);
});

test('blobs are served whole, in ranges, and only where a repository has them', async () => {
  await using on = await served();
  const digest = await on.blob('a', '0123456789');
  const head = await on.call('HEAD', `/v2/a/blobs/${digest}`);
  assert.deepEqual([head.status, head.headers.get('content-length'), head.headers.get('docker-content-digest')], [200, '10', digest]);
  for (const [range, status, text, where] of [
    ['bytes=3-5', 206, '345', 'bytes 3-5/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
    ['bytes=0-1,4-5', 200, '0123456789', null],
  ] as const) {
    const part = await on.call('GET', `/v2/a/blobs/${digest}`, { headers: { range } });
    assert.deepEqual([part.status, part.text, part.headers.get('content-range')], [status, text, where], range);
  }
  assert.equal((await on.call('GET', `/v2/a/blobs/${digest}`, { headers: { range: 'bytes=10-' } })).status, 416);
  assert.equal(codeOf(await on.call('GET', `/v2/b/blobs/${digest}`)), 'BLOB_UNKNOWN');
  assert.equal((await on.call('DELETE', `/v2/a/blobs/${digest}`)).status, 202);
  assert.equal((await on.call('GET', `/v2/a/blobs/${digest}`)).status, 404);
});

test('manifests are kept by tag and digest, found after a restart, and deleted', async () => {
  await using on = await served();
  const put = await putManifest(on, 'team/app', '1.0');
  const digest = put.headers.get('docker-content-digest') ?? '';
  assert.deepEqual([put.status, put.headers.get('location')], [201, `/v2/team/app/manifests/${digest}`]);
  await on.reopen();
  const got = await on.call('GET', '/v2/team/app/manifests/1.0');
  assert.deepEqual([got.status, got.headers.get('content-type'), digestOf(got.text)], [200, MediaType.ociManifest, digest]);
  assert.equal((await on.call('HEAD', `/v2/team/app/manifests/${digest}`)).headers.get('content-length'), String(got.text.length));
  await putManifest(on, 'team/app', '2.0');
  assert.deepEqual(JSON.parse((await on.call('GET', '/v2/team/app/tags/list')).text), { name: 'team/app', tags: ['1.0', '2.0'] });
  assert.equal((await on.call('DELETE', '/v2/team/app/manifests/2.0')).status, 202);
  assert.equal((await on.call('DELETE', `/v2/team/app/manifests/${digest}`)).status, 202);
  assert.equal(codeOf(await on.call('GET', '/v2/team/app/manifests/1.0')), 'NAME_UNKNOWN');
});

test('lists come in pages', async () => {
  await using on = await served();
  for (const tag of ['c', 'a', 'b']) await putManifest(on, 'app', tag);
  for (const name of ['z/z', 'm']) await putManifest(on, name, 'latest');
  const first = await on.call('GET', '/v2/app/tags/list?n=2');
  assert.deepEqual([JSON.parse(first.text), first.headers.get('link')], [{ name: 'app', tags: ['a', 'b'] }, '</v2/app/tags/list?n=2&last=b>; rel="next"']);
  assert.deepEqual(JSON.parse((await on.call('GET', '/v2/app/tags/list?n=2&last=b')).text), { name: 'app', tags: ['c'] });
  assert.deepEqual(JSON.parse((await on.call('GET', '/v2/_catalog?n=2')).text), { repositories: ['app', 'm'] });
  assert.equal(codeOf(await on.call('GET', '/v2/_catalog?n=x')), 'PAGINATION_NUMBER_INVALID');
  using client = createRegistryClient();
  const repository = await client.repository(parseReference(`${on.address}/app`));
  assert.deepEqual(await repository.tags(), ['a', 'b', 'c']);
});

test('referrers are listed by subject and kind', async () => {
  await using on = await served();
  const subject = (await putManifest(on, 'app', '1')).headers.get('docker-content-digest');
  const signature = await putManifest(on, 'app', 'sig', {
    subject: { mediaType: MediaType.ociManifest, digest: subject, size: 1 },
    artifactType: 'application/signature',
    annotations: { by: 'me' },
  });
  assert.equal(signature.headers.get('oci-subject'), subject);
  const list = async (query: string): Promise<{ digest: string; annotations?: object }[]> =>
    (JSON.parse((await on.call('GET', `/v2/app/referrers/${subject}${query}`)).text) as { manifests: { digest: string }[] }).manifests;
  assert.deepEqual(
    (await list('')).map(({ digest, annotations }) => [digest, annotations]),
    [[signature.headers.get('docker-content-digest'), { by: 'me' }]],
  );
  assert.equal((await list('?artifactType=application/signature')).length, 1);
  assert.equal((await list('?artifactType=other')).length, 0);
});

test('what is wrong is refused with the code of the protocol', async () => {
  await using on = await served();
  const wrong = await on.call('POST', `/v2/a/blobs/uploads/?digest=${digestOf('other')}`, { body: 'this' });
  assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'DIGEST_INVALID']);
  const json = (document: object): { body: string; headers: Record<string, string> } => ({
    body: JSON.stringify(document),
    headers: { 'content-type': MediaType.ociManifest },
  });
  const descriptor = { mediaType: MediaType.ociConfig, digest: digestOf('nowhere'), size: 1 };
  await putManifest(on, 'a', 'there');
  const cases: [string, string, { body: string; headers: Record<string, string> } | undefined, number, string][] = [
    ['PUT', '/v2/a/manifests/x', json({ schemaVersion: 2, config: descriptor, layers: [] }), 400, 'MANIFEST_BLOB_UNKNOWN'],
    ['PUT', '/v2/a/manifests/x', json({ schemaVersion: 2, config: descriptor, layers: [], manifests: [] }), 400, 'MANIFEST_INVALID'],
    ['PUT', '/v2/a/manifests/x', { body: 'nonsense', headers: {} }, 400, 'MANIFEST_INVALID'],
    ['PUT', '/v2/a/manifests/-bad', json({}), 400, 'TAG_INVALID'],
    ['PUT', `/v2/a/manifests/${digestOf('other')}`, json({}), 400, 'DIGEST_INVALID'],
    ['PUT', '/v2/a/manifests/big', { body: 'x'.repeat(5 << 20), headers: {} }, 413, 'SIZE_INVALID'],
    ['GET', '/v2/a/manifests/nosuch', undefined, 404, 'MANIFEST_UNKNOWN'],
    ['GET', '/v2/nosuch/manifests/x', undefined, 404, 'NAME_UNKNOWN'],
    ['GET', '/v2/nosuch/tags/list', undefined, 404, 'NAME_UNKNOWN'],
    ['GET', '/v2/A/tags/list', undefined, 400, 'NAME_INVALID'],
    ['GET', '/v2/a/blobs/sha256:x', undefined, 400, 'DIGEST_INVALID'],
    ['PATCH', '/v2/a/blobs/uploads/00000000-0000-0000-0000-000000000000', undefined, 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['POST', '/v2/a/manifests/x', undefined, 405, 'UNSUPPORTED'],
    ['DELETE', '/v2/a/manifests/nosuch', undefined, 404, 'MANIFEST_UNKNOWN'],
  ];
  for (const [method, path, init, status, code] of cases) {
    const answer = await on.call(method, path, init);
    assert.deepEqual([answer.status, codeOf(answer)], [status, code], `${method} ${path}`);
  }
  assert.equal((await on.call('GET', '/elsewhere')).status, 404);
});

test('accounts and read-only registries keep others out', async () => {
  await using on = await served({ accounts: { me: 'se:cret' }, readOnly: true });
  const nobody = await on.call('GET', '/v2/');
  assert.deepEqual([nobody.status, codeOf(nobody), nobody.headers.get('www-authenticate')], [401, 'UNAUTHORIZED', 'Basic realm="Slipway registry"']);
  const as = (text: string): { headers: Record<string, string> } => ({ headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` } });
  for (const text of ['me:wrong', 'you:se:cret', 'me', '', '__proto__:x', 'toString:x'])
    assert.equal((await on.call('GET', '/v2/', as(text))).status, 401, text);
  assert.equal((await on.call('GET', '/v2/', as('me:se:cret'))).status, 200);
  assert.equal(codeOf(await on.call('POST', '/v2/a/blobs/uploads/', as('me:se:cret'))), 'DENIED');
});

test('routeOf() finds the name before the last known word', () => {
  assert.deepEqual(routeOf('/v2/manifests/blobs/tags/manifests/latest'), { kind: 'manifest', name: 'manifests/blobs/tags', reference: 'latest' });
  assert.deepEqual(routeOf('/v2/a/blobs/uploads/'), { kind: 'uploads', name: 'a' });
  assert.equal(routeOf('/v2/a'), undefined);
  assert.throws(() => routeOf('/v2/../../etc/tags/list'), /invalid repository name/);
});

test('parseChallenge() reads what registries ask for', () => {
  assert.deepEqual(parseChallenge('Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"'), {
    kind: 'bearer',
    realm: 'https://auth.docker.io/token',
    service: 'registry.docker.io',
    scope: 'repository:a/b:pull,push',
  });
  assert.deepEqual(parseChallenge('Basic realm="x y"'), { kind: 'basic' });
  assert.deepEqual(parseChallenge('Basic'), { kind: 'basic' });
  assert.deepEqual(parseChallenge('basic realm=x, bearer realm="r",error="invalid_token"'), { kind: 'bearer', realm: 'r' });
  assert.equal(parseChallenge('Digest realm="x"'), undefined);
  assert.equal(parseChallenge(undefined), undefined);
});

test('Docker Hub is reached at its own address, and mirrors only for it', async () => {
  await using mirror = await served();
  using client = createRegistryClient({ mirrors: [`http://${mirror.address}`] });
  await putManifest(mirror, 'library/app', 'latest');
  const repository = await client.repository(parseReference('app'));
  assert.equal((await repository.fetchManifest('latest')).mediaType, MediaType.ociManifest);
  await assert.rejects(client.repository(parseReference('localhost:1/app')), { code: 'UNAVAILABLE' });
});

test('a host that a registry points to gets no credentials, whatever it asks for (CVE-2020-15157)', async (t) => {
  const seen: string[] = [];
  const listening = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer);
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const stranger = await listening((request, response) => {
    seen.push(`${request.url?.split('?')[0]} ${request.headers.authorization ?? 'nothing'}`);
    if (request.url?.startsWith('/token')) response.end('{"token":"t"}');
    else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="s"` }).end();
  });
  const registry = await listening((request, response) => {
    if (request.url === '/v2/') response.end('{}');
    else response.writeHead(307, { location: `http://${stranger}/blob` }).end();
  });
  using client = createRegistryClient({});
  const repository = await client.repository(parseReference(`${registry}/app`), { auth: { username: 'u', password: 'secret' } });
  await assert.rejects(repository.fetchBlob(digestOf('x')), { code: 'UNAUTHENTICATED' });
  assert.deepEqual(seen, ['/blob nothing']);
});
