import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { readLogFrames, type LogFramesOptions } from './log-frames.ts';
import { formatNanos } from './time.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-frames-'));
  path = join(dir, 'log');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const time = (number: number): string => formatNanos(BigInt(number) * 1_000_000_000n);
const line = (number: number, log: string, stream = 'stdout', attrs?: Record<string, string>): string =>
  `${JSON.stringify({ log, stream, ...(attrs === undefined ? {} : { attrs }), time: time(number) })}\n`;
const frame = (stream: 1 | 2, text: string): Buffer => {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};
const read = async (options: Partial<LogFramesOptions> = {}): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(readLogFrames({ path, stdout: true, stderr: true, raw: false, ...options })));

const texts = [
  'plain\n',
  'no newline',
  '\n',
  '',
  'quote " and \\ back\\\\slash\n',
  'tab\tend\r\n',
  'ümläut 漢字 🚢\n',
  '","stream":"stderr"\n',
  'ends with backslash \\',
  '\\n\n',
  '\u0001\u007f\n',
];

test('readLogFrames() makes one frame of each line, whatever it holds', async () => {
  writeFileSync(path, texts.map((text, number) => line(number, text, number % 2 === 0 ? 'stdout' : 'stderr')).join(''));
  assert.deepEqual(await read(), Buffer.concat(texts.map((text, number) => frame(number % 2 === 0 ? 1 : 2, text))));
});

test('readLogFrames() raw is the text alone', async () => {
  writeFileSync(path, texts.map((text, number) => line(number, text)).join(''));
  assert.equal((await read({ raw: true })).toString(), texts.join(''));
});

test('readLogFrames() puts times and details before each line', async () => {
  writeFileSync(path, line(1, 'one\n', 'stdout', { a: 'b c' }) + line(2, 'tw"o\n'));
  assert.deepEqual(await read({ timestamps: true }), Buffer.concat([frame(1, `${time(1)} one\n`), frame(1, `${time(2)} tw"o\n`)]));
  const details = (attributes: Readonly<Record<string, string>>): string => JSON.stringify(attributes).repeat(50);
  const [first, second] = [`{"a":"b c"}`.repeat(50), '{}'.repeat(50)];
  assert.deepEqual(await read({ timestamps: true, details }), Buffer.concat([frame(1, `${time(1)} ${first} one\n`), frame(1, `${time(2)} ${second} tw"o\n`)]));
});

test('readLogFrames() keeps to streams, since and until', async () => {
  writeFileSync(path, line(1, 'a') + line(2, 'b', 'stderr') + line(3, 'c') + line(4, 'd', 'stderr'));
  assert.deepEqual(await read({ stdout: false }), Buffer.concat([frame(2, 'b'), frame(2, 'd')]));
  assert.deepEqual(await read({ since: 2_000_000_000n, until: 3_000_000_000n }), Buffer.concat([frame(2, 'b'), frame(1, 'c')]));
});

test('readLogFrames() gives many lines in few pieces', async () => {
  const count = 20_000;
  writeFileSync(path, Array.from({ length: count }, (_, number) => line(number, `${number}\n`)).join(''));
  let pieces = 0;
  let bytes = 0;
  for await (const piece of readLogFrames({ path, stdout: true, stderr: true, raw: true })) {
    pieces++;
    bytes += piece.length;
  }
  assert.equal(bytes, Array.from({ length: count }, (_, number) => `${number}\n`).join('').length);
  assert.ok(pieces < 50, `${pieces} pieces`);
});

test('readLogFrames() leaves out a line that is no entry', async () => {
  writeFileSync(path, `${line(1, 'a')}{"log":"half\n\n${line(2, 'b')}`);
  assert.deepEqual(await read(), Buffer.concat([frame(1, 'a'), frame(1, 'b')]));
});
