import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import type { LogEntry, ReadLogsOptions } from './log-types.ts';
import { readLogs } from './logs.ts';
import { formatNanos } from './time.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-logs-'));
  path = join(dir, 'log');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const line = (number: number, stream = 'stdout'): string =>
  `${JSON.stringify({ log: `${number}\n`, stream, time: formatNanos(BigInt(number) * 1_000_000_000n) })}\n`;
const lines = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, at) => line(from + at)).join('');
const read = (options: Partial<ReadLogsOptions> = {}): AsyncGenerator<LogEntry> => readLogs({ path, stdout: true, stderr: true, ...options });
const numbers = async (options: Partial<ReadLogsOptions> = {}): Promise<number[]> => (await Array.fromAsync(read(options))).map((entry) => Number(entry.text));
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

test('readLogs() of a container that has written nothing is empty', async () => {
  assert.deepEqual(await numbers(), []);
});

test('readLogs() begins with the oldest rotated file', async () => {
  writeFileSync(`${path}.2`, lines(1, 3));
  writeFileSync(`${path}.1`, lines(4, 5));
  writeFileSync(path, lines(6, 8));
  assert.deepEqual(await numbers(), range(1, 8));
});

test('readLogs() with tail counts back over files', async () => {
  writeFileSync(`${path}.2`, lines(1, 3));
  writeFileSync(`${path}.1`, lines(4, 5));
  writeFileSync(path, lines(6, 8));
  for (const tail of [0, 1, 3, 4, 5, 6, 8, 100]) assert.deepEqual(await numbers({ tail }), range(Math.max(1, 9 - tail), 8), `tail ${tail}`);
});

test('readLogs() with tail in a large file', async () => {
  writeFileSync(path, lines(1, 20_000));
  assert.deepEqual(await numbers({ tail: 5000 }), range(15_001, 20_000));
});

test('readLogs() keeps to streams, since and until', async () => {
  writeFileSync(path, line(1) + line(2, 'stderr') + line(3) + line(4, 'stderr'));
  assert.deepEqual(await numbers({ stdout: false }), [2, 4]);
  assert.deepEqual(await numbers({ since: 2_000_000_000n, until: 3_000_000_000n }), [2, 3]);
  assert.deepEqual(await numbers({ since: 2_000_000_001n }), [3, 4]);
});

test('readLogs() skips a line that is broken and waits for one that is not complete', async () => {
  writeFileSync(path, `${line(1)}{"log":"half\n${line(2)}{"log":"later`);
  assert.deepEqual(await numbers(), [1, 2]);
});

test('readLogs() reads a line that is larger than its buffer', async () => {
  const text = 'x'.repeat(1_000_000);
  writeFileSync(path, `${JSON.stringify({ log: text, stream: 'stdout', time: formatNanos(1n), attrs: { a: 'b' } })}\n`);
  const [entry] = await Array.fromAsync(read());
  assert.equal(entry?.text.length, 1_000_000);
  assert.deepEqual(entry?.attributes, { a: 'b' });
});

test('readLogs() with follow goes on through appends and rotations, and ends when the container has ended', async () => {
  writeFileSync(path, lines(1, 2));
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const seen: number[] = [];
  for await (const entry of read({ follow: true, ended })) {
    const number = Number(entry.text);
    seen.push(number);
    if (number === 2) appendFileSync(path, lines(3, 4));
    if (number === 4) {
      appendFileSync(path, line(5));
      renameSync(path, `${path}.1`);
      writeFileSync(path, lines(6, 7));
      renameSync(`${path}.1`, `${path}.2`);
      renameSync(path, `${path}.1`);
      writeFileSync(path, lines(8, 9));
    }
    if (number === 9) {
      appendFileSync(path, line(10));
      end();
    }
  }
  assert.deepEqual(seen, range(1, 10));
});

test('readLogs() with follow waits for a log that does not exist yet', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  setImmediate(() => writeFileSync(path, line(1)));
  for await (const entry of read({ follow: true, ended })) {
    assert.equal(entry.text, '1\n');
    end();
  }
});

test('readLogs() with follow ends when its signal aborts', async () => {
  writeFileSync(path, line(1));
  const abort = new AbortController();
  for await (const _ of read({ follow: true, ended: new Promise(() => {}), signal: abort.signal })) abort.abort();
});

test('readLogs() with follow and until ends at the first entry past it', async () => {
  writeFileSync(path, lines(1, 5));
  assert.deepEqual(await numbers({ follow: true, ended: new Promise(() => {}), until: 3_000_000_000n }), [1, 2, 3]);
});
