import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame, FrameDecoder, STDERR, STDOUT } from './stream-frame.ts';

test('encodeFrame() writes type and big-endian length before the bytes', () => {
  assert.deepEqual(encodeFrame(STDERR, Buffer.from('abc')), Buffer.from([2, 0, 0, 0, 0, 0, 0, 3, 97, 98, 99]));
});

test('FrameDecoder gives the same frames however the bytes are cut', () => {
  const bytes = Buffer.concat([encodeFrame(STDOUT, Buffer.from('one')), encodeFrame(STDERR, Buffer.alloc(0)), encodeFrame(STDOUT, Buffer.from('three'))]);
  for (let size = 1; size <= bytes.length; size++) {
    const decoder = new FrameDecoder();
    const frames = [];
    for (let at = 0; at < bytes.length; at += size) frames.push(...decoder.push(bytes.subarray(at, at + size)));
    assert.deepEqual(frames.map((frame) => [frame.type, frame.data.toString()]), [[1, 'one'], [2, ''], [1, 'three']]); // prettier-ignore
    assert.equal(decoder.pendingBytes, 0);
  }
});

test('FrameDecoder refuses bytes that are no frames', () => {
  assert.throws(() => new FrameDecoder().push(Buffer.from('hello, this is a terminal')), { code: 'DATA_LOSS' });
});
