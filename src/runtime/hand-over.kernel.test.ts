import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';

import { bytesOf, RuntimeRig, skipReason, splitFrames } from '../../test/support/runtime-rig.ts';
import { readLogs } from './index.ts';

/** Two ends of a connection as a server has them; `before` is sent before the server's end is given out. */
async function connection(rig: RuntimeRig, before = ''): Promise<{ ours: Socket; theirs: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  const path = join(rig.dir, `${Math.random()}.sock`);
  server.listen(path);
  await once(server, 'listening');
  const theirs = connect({ path, allowHalfOpen: true });
  const [ours] = (await once(server, 'connection')) as [Socket];
  server.close();
  if (before !== '') {
    theirs.write(before);
    await once(ours, 'readable');
  }
  return { ours, theirs };
}

suite('handing a connection over to the shim', { skip: skipReason }, () => {
  test('handOver() passes output, input that came early, later input, and both ends', async () => {
    await using rig = await RuntimeRig.open();
    const { ours, theirs } = await connection(rig, 'early ');
    const start = rig.startOptions(['sh', '-c', 'cat; echo done >&2'], { openStdin: true });
    const stream = rig.runtime.attachLater(start.id, { stdin: true, stdout: true, stderr: true });
    assert.equal(rig.runtime.handOver(stream, ours), true);
    const task = await rig.runtime.start(start);
    assert.ok(ours.destroyed, 'our side of the connection is closed');
    theirs.end('late\n');
    assert.deepEqual(splitFrames(await bytesOf(theirs)), { stdout: 'early late\n', stderr: 'done\n' });
    assert.equal((await task.exited).exitCode, 0);
  });

  test('handOver() of a client that has said much already keeps the connection here, and loses nothing', async () => {
    await using rig = await RuntimeRig.open();
    const text = 'x'.repeat(50_000);
    const { ours, theirs } = await connection(rig, text);
    const start = rig.startOptions(['wc', '-c'], { openStdin: true });
    const stream = rig.runtime.attachLater(start.id, { stdin: true, stdout: true });
    assert.equal(rig.runtime.handOver(stream, ours), true);
    await rig.runtime.start(start);
    theirs.end(text);
    assert.equal(splitFrames(await bytesOf(theirs)).stdout, '100000\n');
  });

  test('handOver() after the start is refused', async () => {
    await using rig = await RuntimeRig.open();
    const { ours, theirs } = await connection(rig);
    const { task, stream } = await rig.attached(['sleep', '1000']);
    assert.equal(rig.runtime.handOver(stream, ours), false);
    ours.destroy();
    theirs.destroy();
    task.kill('SIGKILL');
    await task.exited;
  });

  test('a connection that was handed over outlives the runtime that did it', async () => {
    const first = await RuntimeRig.open();
    const { ours, theirs } = await connection(first);
    const start = first.startOptions(['sh', '-c', 'echo before; read line; echo "got $line"'], { openStdin: true });
    const stream = first.runtime.attachLater(start.id, { stdin: true, stdout: true });
    assert.equal(first.runtime.handOver(stream, ours), true);
    await first.runtime.start(start);
    for await (const entry of readLogs({ path: start.log.path, stdout: true, stderr: true, follow: true })) if (entry.text === 'before\n') break;
    await first.runtime[Symbol.asyncDispose]();
    theirs.end('after\n');
    assert.equal(splitFrames(await bytesOf(theirs)).stdout, 'before\ngot after\n');
    await using second = await RuntimeRig.open(first.dir);
    assert.equal((await (await second.runtime.adopt(start.id))?.exited)?.exitCode, 0);
  });
});
