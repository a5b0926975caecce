import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { cannotRun, startTestEngine } from './harness.ts';

/** Status and message of a request, whatever they are. */
function ask(socketPath: string, method: string, path: string, body?: string): Promise<[status: number, message: string]> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, headers: { 'Content-Type': 'application/json' } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += String(chunk)));
      answer.on('end', () => resolve([answer.statusCode ?? 0, text === '' ? '' : ((JSON.parse(text) as { message?: string }).message ?? text)]));
    });
    call.on('error', reject);
    call.end(body);
  });
}

test('bad input is refused in Docker words, and nothing stays', { skip: cannotRun(), timeout: 120_000 }, async (t) => {
  await using engine = await startTestEngine();
  const create = (body: object): Promise<[number, string]> => ask(engine.socket, 'POST', '/containers/create', JSON.stringify({ Image: 'busybox', ...body }));

  const refused: readonly (readonly [object, number, string])[] = [
    [{ Image: 'nonono' }, 404, 'No such image: nonono:latest'],
    [{ Entrypoint: [''], Cmd: [] }, 400, 'no command specified'],
    [{ WorkingDir: 'abc' }, 400, "the working directory 'abc' is invalid, it needs to be an absolute path"],
    [{ Env: ['=x'] }, 400, 'invalid environment variable: =x'],
    [{ HostConfig: { Memory: 100 } }, 400, 'Minimum memory limit allowed is 6MB'],
    [{ HostConfig: { AutoRemove: true, RestartPolicy: { Name: 'always' } } }, 400, "can't create 'AutoRemove' container with restart policy"],
    [
      { HostConfig: { Binds: ['/tmp:x'] } },
      400,
      `invalid volume specification: '/tmp:x': invalid mount config for type "bind": invalid mount path: 'x' mount path must be absolute`,
    ],
    [
      { HostConfig: { Mounts: [{ Type: 'bind', Source: '/nonex', Target: '/x' }] } },
      400,
      'invalid mount config for type "bind": bind source path does not exist: /nonex',
    ],
    [{ HostConfig: { Binds: ['/tmp:/x', '/var:/x'] } }, 400, 'Duplicate mount point: /x'],
    [{ HostConfig: { CapAdd: ['FOO'] } }, 400, 'invalid CapAdd: unknown capability: "CAP_FOO"'],
    [{ HostConfig: { LogConfig: { Type: 'json-file', Config: { foo: 'bar' } } } }, 400, "unknown log opt 'foo' for json-file log driver"],
    [{ HostConfig: { VolumesFrom: ['nonono'] } }, 400, 'No such container: nonono'],
    [
      {
        HostConfig: {
          Mounts: [
            { Type: 'volume', Target: '/a' },
            { Type: 'image', Source: 'nonono', Target: '/b' },
          ],
        },
      },
      404,
      'No such image: nonono:latest',
    ],
  ];
  for (const [body, status, message] of refused) await t.test(message, async () => assert.deepEqual(await create(body), [status, message]));

  await t.test('malformed JSON, wrong types, unknown paths and versions', async () => {
    assert.equal((await ask(engine.socket, 'POST', '/containers/create', '{'))[0], 400);
    assert.equal((await ask(engine.socket, 'POST', '/containers/create', '[]'))[0], 400);
    assert.deepEqual(await ask(engine.socket, 'POST', '/containers/create', '{"Image":5}'), [
      400,
      'invalid JSON: json: cannot unmarshal number into Go struct field .Image of type string',
    ]);
    assert.deepEqual(await ask(engine.socket, 'GET', '/nope'), [404, 'page not found']);
    assert.deepEqual(await ask(engine.socket, 'GET', '/v1.99/info'), [400, 'client version 1.99 is too new. Maximum supported API version is 1.51']);
    assert.equal((await ask(engine.socket, 'GET', '/v1.12/info'))[0], 400);
    assert.equal((await ask(engine.socket, 'GET', '/containers/%zz/json'))[0], 400);
    assert.equal((await ask(engine.socket, 'GET', '/containers/json?filters=%7B'))[0], 400);
    assert.deepEqual(await ask(engine.socket, 'GET', '/swarm'), [
      503,
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
    ]);
  });

  await t.test('a body that is no HTTP, and one that never ends, disturb nobody', async () => {
    const garbage = connect(engine.socket);
    garbage.end('\0\x01 nonsense\r\n\r\n');
    await new Promise((resolve) => garbage.resume().once('close', resolve));
    const endless = connect(engine.socket);
    endless.write('POST /v1.51/containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    assert.equal((await ask(engine.socket, 'GET', '/version'))[0], 200);
    endless.destroy();
  });

  await t.test('a body that is given up half-way does not hold up its connection', async () => {
    for (const path of ['/images/load', '/services/create', '/containers/nonono/start', '/build']) {
      const socket = connect(engine.socket);
      const body = 'x'.repeat(300_000);
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-tar\r\nContent-Length: ${body.length}\r\n\r\n${body}GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n`,
      );
      let seen = '';
      for await (const chunk of socket) if ((seen += String(chunk)).endsWith('\r\n\r\nOK')) break;
      assert.match(seen, /^HTTP\/1\.1 (?:200|400|404|503) /, path);
      socket.destroy();
    }
  });

  await t.test('a start that fails half-way leaves no trace', async () => {
    const { client } = engine;
    const { Id: holder } = await client.containers.create({
      Image: 'busybox',
      Cmd: ['sleep', '1000'],
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    });
    await client.containers.start(holder);
    const port = (await client.containers.inspect(holder)).NetworkSettings.Ports['80/tcp']?.[0]?.HostPort ?? '';
    const { Id: second } = await client.containers.create({
      Image: 'busybox',
      Cmd: ['true'],
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: port }] } },
    });
    await assert.rejects(client.containers.start(second), new RegExp(`failed to set up container networking: .*${port}.*(?:already allocated|in use)`));
    const { State: state, NetworkSettings: network } = await client.containers.inspect(second);
    assert.deepEqual([state.Status, network.SandboxID], ['created', '']);
    await client.containers.remove(second);
    await client.containers.remove(holder, { force: true });
  });

  await t.test('nothing stays', async () => {
    assert.deepEqual(await engine.client.containers.list({ all: true }), []);
    assert.deepEqual((await engine.client.volumes.list()).Volumes, []);
  });
});
