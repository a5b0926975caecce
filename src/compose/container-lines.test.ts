import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame, STDERR, STDOUT } from '../api/index.ts';
import { containerLines } from './container-lines.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('lines are whole however the stream is cut, and keep their stream', async () => {
  const bytes = Buffer.concat([
    encodeFrame(STDOUT, Buffer.from('one\ntw')),
    encodeFrame(STDERR, Buffer.from('err\n')),
    encodeFrame(STDOUT, Buffer.from('o\r\nthreé')),
  ]);
  for (const size of [1, 3, 7, 1000]) {
    assert.deepEqual(
      (await Array.fromAsync(containerLines(pieces(bytes, size), false))).map(({ stream, text }) => `${stream}:${text}`),
      ['stdout:one', 'stderr:err', 'stdout:two', 'stdout:threé'],
    );
  }
});

test('a terminal has one stream and no frames', async () => {
  assert.deepEqual(await Array.fromAsync(containerLines(pieces(Buffer.from('a\r\n\nb'), 2), true)), [
    { stream: 'stdout', text: 'a' },
    { stream: 'stdout', text: '' },
    { stream: 'stdout', text: 'b' },
  ]);
});
