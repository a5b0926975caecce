import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { decodeFrames } from '../../src/api/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';

test('attach', { skip: cannotRun(), timeout: 120_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;

  await t.test('before the start loses nothing: create, attach, wait, start', async () => {
    const { Id: id } = await client.containers.create({
      Image: 'busybox',
      Cmd: ['sh', '-c', 'echo first; cat; echo last >&2'],
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
    });
    const { stream, mediaType } = await client.containers.attach(id, { stdin: true, stdout: true, stderr: true });
    assert.equal(mediaType, 'application/vnd.docker.multiplexed-stream');
    const wait = await client.containers.wait(id, { condition: 'next-exit' });
    await client.containers.start(id);
    void stream.write(Buffer.from('typed\n'));
    stream.end();
    const output = { 1: '', 2: '' };
    for await (const { type, data } of decodeFrames(stream)) output[type as 1 | 2] += String(data);
    assert.deepEqual(output, { 1: 'first\ntyped\n', 2: 'last\n' });
    assert.equal((await wait.exit).StatusCode, 0);
  });

  await t.test('with a terminal gives raw bytes, takes a size, and detaches by keys', async () => {
    const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sh'], Tty: true, OpenStdin: true });
    await client.containers.start(id);
    const { stream, mediaType } = await client.containers.attach(id, { stdin: true, stdout: true, stderr: true });
    assert.equal(mediaType, 'application/vnd.docker.raw-stream');
    await client.containers.resize(id, { rows: 44, columns: 111 });
    await stream.write(Buffer.from('stty size\n'));
    let seen = '';
    for await (const chunk of stream) if ((seen += String(chunk)).includes('44 111')) break;
    const again = await client.containers.attach(id, { stdin: true, stdout: true, detachKeys: 'ctrl-x,x' });
    await again.stream.write(Buffer.from('\x18x'));
    for await (const _ of again.stream);
    assert.equal((await client.containers.inspect(id)).State.Running, true);
    await client.containers.remove(id, { force: true });
  });

  await t.test('over WebSocket speaks both ways', async () => {
    const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['cat'], OpenStdin: true });
    await client.containers.start(id);
    const socket = new WebSocket(`ws+unix://${engine.socket}:/containers/${id}/attach/ws?stream=1&stdin=1&stdout=1&stderr=1`);
    await once(socket, 'open');
    socket.send('through the web\n');
    const [message] = (await once(socket, 'message')) as [Buffer];
    assert.equal(String(message), 'through the web\n');
    socket.close();
    await client.containers.remove(id, { force: true });
    await assert.rejects(once(new WebSocket(`ws+unix://${engine.socket}:/containers/nonono/attach/ws?stream=1`), 'open'), /404/);
  });

  await t.test('is refused where there is nothing to attach to', async () => {
    await assert.rejects(client.containers.attach('nonono', { stdout: true }), { code: 'NOT_FOUND', message: 'No such container: nonono' });
    const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'] });
    await client.containers.start(id);
    await client.containers.pause(id);
    await assert.rejects(client.containers.attach(id, { stdout: true }), {
      code: 'CONFLICT',
      message: `container ${id} is paused, unpause the container before attach`,
    });
    await client.containers.remove(id, { force: true });
  });
});
