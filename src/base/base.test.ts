import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EngineError, Semaphore, SingleFlight, isEngineError, jsonLines, randomId, shortId } from './index.ts';

test('Semaphore.run() never runs more than its permits, and frees them when work throws', async () => {
  const semaphore = new Semaphore(2);
  let running = 0;
  let most = 0;
  const work = async (index: number): Promise<void> => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    if (index === 1) throw new Error('one fails');
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => semaphore.run(() => work(index))));
  assert.equal(most, 2);
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 4);
});

test('Semaphore.acquire() leaves the line when aborted', async () => {
  const semaphore = new Semaphore(1);
  const held = await semaphore.acquire();
  const stop = new AbortController();
  const waiting = semaphore.acquire(stop.signal);
  stop.abort(new Error('no longer wanted'));
  await assert.rejects(waiting, /no longer wanted/);
  held[Symbol.dispose]();
  held[Symbol.dispose]();
  using again = await semaphore.acquire();
  assert.ok(again);
});

test('SingleFlight.run() joins a flight and forgets a finished one', async () => {
  const flights = new SingleFlight<number>();
  let runs = 0;
  const work = async (): Promise<number> => ++runs;
  assert.deepEqual(await Promise.all([flights.run('a', work), flights.run('a', work)]), [1, 1]);
  assert.equal(await flights.run('a', work), 2);
});

test('jsonLines() reads values across chunk borders, with and without a last newline', async () => {
  const bytes = Buffer.from('{"a":"ü"}\r\n\n{"a":2}\n{"a":3}');
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (const byte of bytes) yield Uint8Array.of(byte);
  }
  const values: unknown[] = [];
  for await (const value of jsonLines(chunks())) values.push(value);
  assert.deepEqual(values, [{ a: 'ü' }, { a: 2 }, { a: 3 }]);
});

test('jsonLines() refuses what is no JSON and a line without end', async () => {
  async function* garbage(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"a":\n');
  }
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(1000, 'x');
  }
  await assert.rejects(Array.fromAsync(jsonLines(garbage())), { code: 'INVALID_ARGUMENT', message: /invalid JSON line/ });
  await assert.rejects(Array.fromAsync(jsonLines(endless(), 10_000)), { code: 'INVALID_ARGUMENT', message: /longer than 10000/ });
});

test('isEngineError() tells kinds apart', () => {
  const error = new EngineError('NOT_FOUND', 'No such container: x');
  assert.ok(isEngineError(error) && isEngineError(error, 'NOT_FOUND'));
  assert.ok(!isEngineError(error, 'CONFLICT') && !isEngineError(new Error('x')));
});

test('randomId() gives 64 hex digits whose short form is no number', () => {
  for (let count = 0; count < 200; count++) assert.match(randomId(), /^(?!\d{12})[0-9a-f]{64}$/);
  assert.equal(shortId(`sha256:${'ab'.repeat(32)}`), 'abababababab');
});
