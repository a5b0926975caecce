import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';

import { bytesOf, RuntimeRig, skipReason, splitFrames } from '../../test/support/runtime-rig.ts';
import type { AttachStream } from './index.ts';

suite('attached clients', { skip: skipReason }, () => {
  let rig: RuntimeRig;
  before(async () => {
    rig = await RuntimeRig.open();
  });
  after(() => rig[Symbol.asyncDispose]());

  test('attachLater() loses nothing of a process that writes at once, for many clients', async () => {
    const start = rig.startOptions(['sh', '-c', 'echo one; echo two >&2']);
    const streams = Array.from({ length: 20 }, () => rig.runtime.attachLater(start.id, { stdout: true, stderr: true }));
    const all = Promise.all(streams.map(bytesOf));
    await (
      await rig.runtime.start(start)
    ).exited;
    for (const bytes of await all) assert.deepEqual(splitFrames(bytes), { stdout: 'one\n', stderr: 'two\n' });
  });

  test('attachLater() passes on only the streams that were asked for', async () => {
    const start = rig.startOptions(['sh', '-c', 'echo out; echo err >&2']);
    const out = bytesOf(rig.runtime.attachLater(start.id, { stdout: true }));
    const err = bytesOf(rig.runtime.attachLater(start.id, { stderr: true }));
    await rig.runtime.start(start);
    assert.deepEqual(splitFrames(await out), { stdout: 'out\n', stderr: '' });
    assert.deepEqual(splitFrames(await err), { stdout: '', stderr: 'err\n' });
  });

  test('a destroyed attachLater() stream is forgotten', async () => {
    const start = rig.startOptions(['echo', 'hello']);
    const gone = rig.runtime.attachLater(start.id, { stdout: true });
    await new Promise((resolve) => gone.once('close', resolve).destroy());
    const stays = bytesOf(rig.runtime.attachLater(start.id, { stdout: true }));
    await rig.runtime.start(start);
    assert.equal(splitFrames(await stays).stdout, 'hello\n');
  });

  test('attach() to a running container sees what is written from then on, and can write', async () => {
    const task = await rig.start(['sh', '-c', 'echo early; read line; echo "got $line"'], { openStdin: true, stdinOnce: false });
    const stream = await task.attach({ stdin: true, stdout: true, stderr: true });
    stream.write('hello\n');
    const { stdout } = splitFrames(await bytesOf(stream));
    assert.match(stdout, /got hello\n$/);
  });

  test('ending the input of a container that was not opened for one client ends the stream, not the container', async () => {
    const task = await rig.start(['sh', '-c', 'read line; echo "got $line"'], { openStdin: true, stdinOnce: false });
    const first = await task.attach({ stdin: true, stdout: true });
    const ended = bytesOf(first);
    first.end();
    assert.equal((await ended).length, 0);
    const second = await task.attach({ stdin: true, stdout: true });
    second.write('still there\n');
    assert.equal(splitFrames(await bytesOf(second)).stdout, 'got still there\n');
  });

  test('input larger than every buffer arrives whole, with output going the other way', async () => {
    const input = Buffer.alloc(3_000_000, 'abcdefghij\n');
    const { stream } = await rig.attached(['cat'], { openStdin: true });
    const seen = bytesOf(stream);
    stream.end(input);
    assert.equal(splitFrames(await seen).stdout, input.toString());
  });

  test('a client that keeps writing after the process has ended still reads all its output', async () => {
    const { stream } = await rig.attached(['sh', '-c', 'head -c 1000000 /dev/zero | tr "\\0" x; exit 0'], { openStdin: true });
    const writing = setInterval(() => stream.write('more input\n'), 1);
    const seen = await bytesOf(stream);
    clearInterval(writing);
    assert.equal(splitFrames(seen).stdout.length, 1_000_000);
  });

  test('a client that does not read costs nobody time or memory, and reads everything later', async () => {
    const megabytes = 64;
    const { task, stream: slow } = await rig.attached(['sh', '-c', `yes 0123456789abcdef | head -c ${megabytes << 20}`], { log: { driver: 'none' } });
    slow.pause();
    const quick = await task.attach({ stdout: true });
    const digest = (stream: AttachStream): Promise<{ bytes: number; hash: string }> => digestOf(stream);
    const quickDigest = digest(quick);
    assert.equal((await task.exited).exitCode, 0, 'the container ended although one client did not read');
    await quickDigest;
    const shim = shimOf(rig.dir);
    if (shim !== undefined) assert.ok(shim.rssKb < 4096, `the shim holds ${shim.rssKb} kB`);
    const slowDigest = await digest(slow);
    assert.equal(slowDigest.bytes, megabytes << 20);
    assert.equal(slowDigest.hash, expectedHash(megabytes << 20));
  });

  test('thirty clients of different speed all read the same', async () => {
    const bytes = 8 << 20;
    const start = rig.startOptions(['sh', '-c', `yes 0123456789abcdef | head -c ${bytes}`], { log: { driver: 'none' } });
    const streams = Array.from({ length: 30 }, () => rig.runtime.attachLater(start.id, { stdout: true }));
    const digests = Promise.all(streams.map((stream, index) => digestOf(stream, index % 3 === 0 ? 2 : 0)));
    await rig.runtime.start(start);
    const expected = expectedHash(bytes);
    for (const digest of await digests) assert.deepEqual(digest, { bytes, hash: expected });
  });

  test('a terminal is raw in both directions', async () => {
    const { stream } = await rig.attached(['sh', '-c', 'read line; echo "got $line"'], { terminal: true, openStdin: true });
    stream.write('typed\r');
    assert.equal((await bytesOf(stream)).toString(), 'typed\r\ngot typed\r\n');
  });
});

/** Length and hash of the payload of a stream of frames, read chunk by chunk, with a pause every now and then. */
async function digestOf(stream: AttachStream, pauseMs = 0): Promise<{ bytes: number; hash: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let missing = 0;
  let header = Buffer.alloc(0);
  let chunks = 0;
  for await (const chunk of stream) {
    let rest = chunk as Buffer;
    if (pauseMs > 0 && ++chunks % 8 === 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    while (rest.length > 0) {
      if (missing === 0) {
        const need = 8 - header.length;
        header = Buffer.concat([header, rest.subarray(0, need)]);
        rest = rest.subarray(need);
        if (header.length < 8) break;
        missing = header.readUInt32BE(4);
        header = Buffer.alloc(0);
      }
      const part = rest.subarray(0, missing);
      hash.update(part);
      bytes += part.length;
      missing -= part.length;
      rest = rest.subarray(part.length);
    }
  }
  assert.equal(missing + header.length, 0, 'the stream ended inside a frame');
  return { bytes, hash: hash.digest('hex') };
}

function expectedHash(bytes: number): string {
  return createHash('sha256').update(Buffer.alloc(bytes, '0123456789abcdef\n')).digest('hex');
}

/** The shim whose working directory is below `dir`, if one still runs. */
function shimOf(dir: string): { pid: number; rssKb: number } | undefined {
  for (const pid of readdirNumbers('/proc')) {
    try {
      if (!readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('slipway-shim')) continue;
      if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(dir)) continue;
      return { pid, rssKb: Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) };
    } catch {
      // it has ended meanwhile
    }
  }
  return undefined;
}

function readdirNumbers(dir: string): number[] {
  return readdirSync(dir).map(Number).filter(Number.isInteger); // prettier-ignore
}
