import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { CacheRecord } from './cache/build-cache.ts';
import { Flights } from './flights.ts';
import type { Passenger } from './flights.ts';

function passenger(log: string[], signal = new AbortController().signal): Passenger {
  return { signal, progress: { id: '', log: (_, chunk) => void log.push(Buffer.from(chunk).toString()), status: () => {}, miss: () => {}, end: () => {} } };
}

const record = { key: 'k' } as CacheRecord;

test('Flights.run() makes a step once for two builds, and both see all its output', async () => {
  const flights = new Flights();
  const gate = Promise.withResolvers<CacheRecord>();
  let runs = 0;
  const work = (running: Passenger): Promise<CacheRecord> => {
    runs++;
    running.progress.log('stdout', Buffer.from('early'));
    void gate.promise.then(() => {});
    return gate.promise;
  };
  const first: string[] = [];
  const second: string[] = [];
  const a = flights.run('k', passenger(first), work);
  const b = flights.run('k', passenger(second), work);
  gate.resolve(record);
  assert.deepEqual(await Promise.all([a, b]), [record, record]);
  assert.equal(runs, 1);
  assert.deepEqual(second, ['early']);
});

test('Flights.run() goes on when one of two builds is cancelled, and stops with the last', async () => {
  const flights = new Flights();
  const stopped = Promise.withResolvers<unknown>();
  const work = (running: Passenger): Promise<CacheRecord> =>
    new Promise((_, reject) => {
      running.signal.addEventListener('abort', () => {
        stopped.resolve(running.signal.reason);
        reject(running.signal.reason as Error);
      });
    });
  const [one, two] = [new AbortController(), new AbortController()];
  const a = flights.run('k', passenger([], one.signal), work);
  const b = flights.run('k', passenger([], two.signal), work);
  one.abort(new Error('one left'));
  await assert.rejects(a, { message: 'one left' });
  two.abort(new Error('two left'));
  await assert.rejects(b, { message: 'two left' });
  assert.equal(((await stopped.promise) as Error).message, 'two left');
});
