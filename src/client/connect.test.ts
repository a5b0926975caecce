import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isEngineError } from '../base/index.ts';
import { connect } from './connect.ts';

type Talk = (socket: Socket, request: string, count: number) => void;

/** A server that answers raw bytes; `talk` gets each complete request head with what came of its body. */
async function serve(talk: Talk): Promise<{ host: string; sockets: Socket[] } & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'client-'));
  const path = join(folder, 's.sock');
  const sockets: Socket[] = [];
  let count = 0;
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    let seen = '';
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        seen += chunk.toString('latin1');
        if (!isComplete(seen)) return;
        const request = seen;
        seen = '';
        talk(socket, request, count++);
      });
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    host: `unix://${path}`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    },
  };
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  if (/transfer-encoding: chunked/i.test(text)) return text.endsWith('0\r\n\r\n');
  return length === undefined || text.length >= end + 4 + Number(length);
}

function reply(socket: Socket, body: string, status = '200 OK', headers = ''): void {
  socket.write(`HTTP/1.1 ${status}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

test('two calls one after the other share a socket', async () => {
  await using server = await serve((socket, request) => reply(socket, JSON.stringify({ line: request.split('\r\n')[0] })));
  const connection = connect(server.host);
  assert.deepEqual(await connection.json('GET', '/info'), { line: 'GET /v1.51/info HTTP/1.1' });
  assert.deepEqual(await connection.json('GET', '/containers/json', { query: { all: true, filters: { label: ['a=b'] } } }), {
    line: 'GET /v1.51/containers/json?all=1&filters=%7B%22label%22%3A%7B%22a%3Db%22%3Atrue%7D%7D HTTP/1.1',
  });
  assert.equal(server.sockets.length, 1);
  connection.close();
});

test('calls at the same time have sockets of their own', async () => {
  await using server = await serve((socket) => reply(socket, '{}'));
  const connection = connect(server.host);
  await Promise.all([connection.json('GET', '/a'), connection.json('GET', '/b'), connection.json('GET', '/c')]);
  assert.equal(server.sockets.length, 3);
  connection.close();
});

test('an idle socket that the engine closed meanwhile is replaced', async () => {
  await using server = await serve((socket, _request, count) => {
    reply(socket, String(count));
    if (count === 0) setImmediate(() => socket.destroy());
  });
  const connection = connect(server.host);
  assert.equal(await connection.json('GET', '/a'), 0);
  assert.equal(await connection.json('GET', '/b'), 1);
  connection.close();
});

test('chunks may be cut anywhere', async () => {
  const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nX-Trailer: 1\r\n\r\n';
  for (let cut = 1; cut < text.length; cut += 3) {
    await using server = await serve((socket) => {
      socket.write(text.slice(0, cut));
      setImmediate(() => socket.write(text.slice(cut)));
    });
    const connection = connect(server.host);
    const { body } = await connection.call('GET', '/x');
    assert.equal(await body.text(), 'hello world', `cut at ${cut}`);
    connection.close();
  }
});

test('a body without a length ends with the socket; one that is cut is an error', async () => {
  await using open = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
  const { body } = await connect(open.host).call('GET', '/x');
  assert.equal(await body.text(), 'all of it');
  await using cut = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
  await assert.rejects(connect(cut.host).json('GET', '/x'), (error) => isEngineError(error, 'UNAVAILABLE') && /unexpected EOF/.test(error.message));
});

test("a status is an error with the engine's words and the matching code", async () => {
  const cases = [
    ['404 Not Found', 'NOT_FOUND'],
    ['409 Conflict', 'CONFLICT'],
    ['400 Bad Request', 'INVALID_ARGUMENT'],
    ['500 Internal Server Error', 'INTERNAL'],
    ['501 Not Implemented', 'NOT_IMPLEMENTED'],
    ['503 Service Unavailable', 'UNAVAILABLE'],
  ] as const;
  for (const [status, code] of cases) {
    await using server = await serve((socket) => reply(socket, '{"message":"No such container: x\\n"}', status));
    const connection = connect(server.host);
    await assert.rejects(
      connection.json('GET', '/x'),
      (error) => isEngineError(error, code) && error.message === 'No such container: x' && error.details['status'] === Number(status.slice(0, 3)),
    );
    connection.close();
  }
});

test('nobody at the address says where it looked', async () => {
  await assert.rejects(
    connect('unix:///nowhere/at.all').json('GET', '/x'),
    (error) =>
      isEngineError(error, 'UNAVAILABLE') && error.message === 'Cannot connect to the Docker daemon at unix:///nowhere/at.all. Is the docker daemon running?',
  );
});

test('an older engine is spoken to in its version', async () => {
  const lines: string[] = [];
  await using server = await serve((socket, request) => {
    lines.push(request.split('\r\n')[0] ?? '');
    if (request.includes('/v1.51/')) reply(socket, '{"message":"client version 1.51 is too new. Maximum supported API version is 1.41"}', '400 Bad Request');
    else reply(socket, '{}');
  });
  const connection = connect(server.host);
  await connection.json('POST', '/containers/create', { json: { Image: 'x' } });
  await connection.json('GET', '/info');
  assert.deepEqual(lines, ['POST /v1.51/containers/create HTTP/1.1', 'POST /v1.41/containers/create HTTP/1.1', 'GET /v1.41/info HTTP/1.1']);
  connection.close();
});

test('a stream is sent in chunks, after the version is known', async () => {
  const seen: string[] = [];
  await using server = await serve((socket, request) => {
    seen.push(request);
    reply(socket, 'OK', '200 OK', 'Api-Version: 1.45\r\n');
  });
  const connection = connect(server.host);
  await connection.status('PUT', '/containers/a/archive', {
    body: (async function* () {
      yield Buffer.from('ab');
      yield Buffer.from('');
      yield Buffer.from('cde');
    })(),
  });
  assert.match(seen[0] ?? '', /^GET \/_ping /);
  assert.match(seen[1] ?? '', /^PUT \/v1\.45\/containers\/a\/archive [\s\S]*\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n$/);
  connection.close();
});

test('a hijacked connection carries bytes both ways, the first ones too', async () => {
  await using server = await serve((socket, request) => {
    if (request.startsWith('POST'))
      socket.write('HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst');
  });
  const { stream, mediaType } = await connect(server.host).hijack('POST', '/containers/a/attach');
  assert.equal(mediaType, 'application/vnd.docker.raw-stream');
  const incoming = stream[Symbol.asyncIterator]();
  assert.equal(String((await incoming.next()).value), 'first');
  const arrived = once(server.sockets[0] as Socket, 'data');
  await stream.write(Buffer.from('typed\r\n\r\n'));
  assert.equal(String((await arrived)[0]), 'typed\r\n\r\n');
  stream.destroy();
});

test('an abort ends a call that waits for its answer, and a body that is being read', async () => {
  await using server = await serve((socket, request) => {
    if (request.includes('/slow')) return;
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
  });
  const connection = connect(server.host);
  const waiting = new AbortController();
  const call = connection.json('GET', '/slow', { signal: waiting.signal });
  setImmediate(() => waiting.abort(new Error('enough')));
  await assert.rejects(call, /enough/);
  const reading = new AbortController();
  const { body } = await connection.call('GET', '/events', { signal: reading.signal });
  const read = async (): Promise<void> => {
    for await (const _ of body) reading.abort(new Error('enough'));
  };
  await assert.rejects(read(), /enough/);
});

test('an engine that answers before it has read the whole body is heard', async () => {
  await using server = await serve(() => undefined);
  // The server above waits for a whole body; this one refuses at the head.
  for (const socket of server.sockets) socket.destroy();
  const folder = mkdtempSync(join(tmpdir(), 'client-'));
  const early = createServer((socket) => {
    let seen = '';
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        seen += chunk.toString('latin1');
        if (seen.includes('/_ping') && seen.endsWith('\r\n\r\n')) {
          seen = '';
          reply(socket, 'OK');
        } else if (seen.includes('/build')) {
          seen = '';
          reply(socket, '{"message":"no"}', '400 Bad Request');
        }
      });
  });
  early.listen(join(folder, 's'));
  await once(early, 'listening');
  const connection = connect(`unix://${join(folder, 's')}`);
  const endless = async function* (): AsyncGenerator<Buffer> {
    for (;;) {
      yield Buffer.alloc(1024);
      await new Promise(setImmediate);
    }
  };
  await assert.rejects(connection.status('POST', '/build', { body: endless() }), (error) => isEngineError(error, 'INVALID_ARGUMENT') && error.message === 'no');
  connection.close();
  early.close();
  rmSync(folder, { recursive: true });
});
