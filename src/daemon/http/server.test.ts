import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { test } from 'node:test';
import { text } from './reply.ts';
import { route, Router } from './router.ts';
import { createApiServer } from './server.ts';

test('createApiServer() closes a connection whose head does not come, and lets a body take its time', async (t) => {
  const length = route('POST', '/length', async ({ body }) => text(String((await Array.fromAsync(body)).join('').length)));
  const server = createApiServer(new Router([length]), { product: 'test', onFault: assert.fail, headTimeoutMs: 100 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const open = (begin: string): { send: (more: string) => void; answer: Promise<string> } => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(begin);
    const answer = Array.fromAsync(socket.setEncoding('utf8')).then((chunks) => chunks.join(''));
    return { send: (more) => socket.write(more), answer };
  };
  const slowBody = open('POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab');
  const slowHead = open('GET /length HTTP/1.1\r\nHost: loc');
  const silent = open('');
  assert.match(await slowHead.answer, /^HTTP\/1\.1 408 Request Timeout\r\n/);
  assert.match(await silent.answer, /^HTTP\/1\.1 408 Request Timeout\r\n/);
  slowBody.send('cd');
  assert.match(await slowBody.answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n4$/);
});
