import assert from 'node:assert/strict';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { parseBody, parseQuery, readText } from './call.ts';
import { parseHostAddress } from './host-address.ts';
import { json } from './reply.ts';
import { route, Router } from './router.ts';
import { createApiServer } from './server.ts';
import { httpStatus } from './status.ts';
import { EngineError } from '../../base/index.ts';

test('parseQuery() converts as Docker does', () => {
  const query = parseQuery(new URLSearchParams('a=1&b=0&c=&d=no&e=None&f=x&n=-5&bad=abc'));
  assert.deepEqual(['a', 'b', 'c', 'd', 'e', 'f', 'absent'].map((name) => query.bool(name)), [true, false, false, false, false, true, false]); // prettier-ignore
  assert.equal(query.bool('absent', true), true);
  assert.deepEqual([query.int('n'), query.int('c'), query.int('absent')], [-5, undefined, undefined]);
  assert.throws(() => query.int('bad'), { message: 'strconv.Atoi: parsing "abc": invalid syntax' });
});

test('parseBody() takes objects only, and nothing for nothing', () => {
  assert.equal(parseBody(' '), undefined);
  assert.equal(parseBody('null'), undefined);
  assert.deepEqual(parseBody('{"a":1}'), { a: 1 });
  for (const text of ['{', '[]', '5', '"a"', 'true']) assert.throws(() => parseBody(text), { code: 'INVALID_ARGUMENT', message: /^invalid JSON/ }, text);
});

test('readText() refuses a body over the limit with 413', async () => {
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) yield Buffer.alloc(1000);
  }
  await assert.rejects(readText(endless(), 10_000), (error) => httpStatus(error) === 413);
});

test('parseHostAddress() reads unix and tcp, and refuses the rest', () => {
  assert.deepEqual(parseHostAddress('unix:///run/x.sock'), { kind: 'unix', path: '/run/x.sock' });
  assert.deepEqual(parseHostAddress('tcp://:2375'), { kind: 'tcp', host: '127.0.0.1', port: 2375 });
  assert.deepEqual(parseHostAddress('tcp://[::1]:2375'), { kind: 'tcp', host: '::1', port: 2375 });
  assert.deepEqual(parseHostAddress('tcp://localhost:2375'), { kind: 'tcp', host: 'localhost', port: 2375 });
  for (const text of ['tcp://0.0.0.0:2375', 'tcp://[::]:2375', 'tcp://192.168.1.2:2375', 'tcp://127.evil.example:2375'])
    assert.throws(() => parseHostAddress(text), { code: 'INVALID_ARGUMENT', message: /without TLS/ }, text);
  for (const text of ['unix://rel', 'fd://', 'tcp://host', `unix:///${'x'.repeat(120)}`])
    assert.throws(() => parseHostAddress(text), { code: 'INVALID_ARGUMENT' }, text);
});

test('a page whose name was made to point here is refused, local clients are not', async (t) => {
  const server = createApiServer(new Router([route('GET', '/_ping', () => json('OK'))]), { product: 'test', onFault: () => {} });
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const status = (headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      get({ port, path: '/_ping', headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
  for (const host of [`127.0.0.1:${port}`, 'localhost', `[::1]:${port}`]) assert.equal(await status({ host }), 200, host);
  for (const host of [`evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example'])
    assert.equal(await status({ host, origin: `http://${host}` }), 403, host);
  assert.equal(await status({ host: 'localhost', origin: 'http://evil.example' }), 403);
});

test('a fault is told without what stands in the query', async (t) => {
  const told: string[] = [];
  const broken = route('GET', '/broken', () => {
    throw new Error('any');
  });
  const server = createApiServer(new Router([broken]), { product: 'test', onFault: (_, request) => told.push(request) });
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/broken?buildargs=secret`);
  assert.equal(answer.status, 500);
  assert.deepEqual(told, ['GET /broken']);
});

test('httpStatus() maps every kind, and an error may name its own', () => {
  assert.deepEqual((['NOT_FOUND', 'CONFLICT', 'ALREADY_EXISTS', 'NOT_MODIFIED', 'UNAVAILABLE'] as const).map((code) => httpStatus(new EngineError(code, ''))), [404, 409, 409, 304, 503]); // prettier-ignore
  assert.equal(httpStatus(new Error('any')), 500);
  assert.equal(httpStatus(new EngineError('INVALID_ARGUMENT', '', { details: { status: 403 } })), 403);
});
