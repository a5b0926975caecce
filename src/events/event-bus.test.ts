import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EventBus } from './index.ts';
import type { EventQuery } from './index.ts';

async function actions(bus: EventBus, query: EventQuery): Promise<string[]> {
  const found: string[] = [];
  for await (const event of bus.subscribe(query)) found.push(event.Action);
  return found;
}

test('subscribe() yields what is published after it, in order, until aborted', async () => {
  const bus = new EventBus();
  const stop = new AbortController();
  const events = bus.subscribe({ signal: stop.signal });
  bus.publish({ Type: 'container', Action: 'create', id: 'c1', attributes: { image: 'busybox' } });
  bus.publish({ Type: 'container', Action: 'start', id: 'c1' });
  const first = await events.next();
  assert.equal(first.value?.Action, 'create');
  assert.equal(first.value?.from, 'busybox');
  assert.equal((await events.next()).value?.Action, 'start');
  const waiting = events.next();
  stop.abort();
  assert.equal((await waiting).done, true);
  assert.equal(bus.subscriberCount, 0);
});

test('subscribe() with since and until in the past reads the journal and ends', async () => {
  let now = 1000;
  const bus = new EventBus(() => now);
  for (const Action of ['a', 'b', 'c']) {
    bus.publish({ Type: 'volume', Action, id: 'v' });
    now += 1000;
  }
  assert.deepEqual(await actions(bus, { since: 2000, until: 2000 }), ['b']);
  assert.deepEqual(await actions(bus, { until: now }), ['a', 'b', 'c']);
  assert.equal(bus.subscriberCount, 0);
});

test('publish() gives growing nanoseconds within one millisecond', () => {
  const bus = new EventBus(() => 5);
  const first = bus.publish({ Type: 'daemon', Action: 'reload', id: 'd' });
  const second = bus.publish({ Type: 'daemon', Action: 'reload', id: 'd' });
  assert.ok(second.timeNano > first.timeNano);
});

const filterCases: [string, Record<string, string[]>, boolean][] = [
  ['type', { type: ['container'] }, true],
  ['another type', { type: ['image', 'volume'] }, false],
  ['alternatives', { event: ['die', 'health_status'] }, true],
  ['id prefix', { container: ['c0ff'] }, true],
  ['name', { container: ['web'] }, true],
  ['image without tag', { image: ['nginx'] }, true],
  ['label and value', { label: ['env=prod', 'tier'] }, true],
  ['label of another value', { label: ['env=dev'] }, false],
  ['network of a container event', { network: ['web'] }, false],
];
for (const [name, filters, expected] of filterCases) {
  test(`subscribe() filters by ${name}`, async () => {
    const bus = new EventBus();
    const attributes = { name: 'web', image: 'nginx:1', env: 'prod', tier: 'front' };
    bus.publish({ Type: 'container', Action: 'health_status: healthy', id: 'c0ffee', attributes });
    const found = await actions(bus, { until: Date.now(), filters: new Map(Object.entries(filters)) });
    assert.equal(found.length, expected ? 1 : 0);
  });
}

test('publish() does not wait for a subscriber who stopped reading, who is cut off in the end', async () => {
  const bus = new EventBus();
  const events = bus.subscribe();
  for (let count = 0; count < 20_000; count++) bus.publish({ Type: 'container', Action: 'exec_start', id: 'c' });
  let read = 0;
  for await (const _ of events) read++;
  assert.ok(read >= 16_000 && read < 20_000, `${read} read`);
});
