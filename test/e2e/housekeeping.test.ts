import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventMessage } from '../../src/api/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';

test('housekeeping', { skip: cannotRun(), timeout: 120_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;
  const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'], Labels: { keep: 'yes' } }, { name: 'first' });
  await client.containers.start(id);

  await t.test('rename, update, pause and unpause show in inspect', async () => {
    await client.containers.rename(id, 'second');
    await client.containers.update(id, { Memory: 64 << 20, MemorySwap: -1, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 4 } });
    await client.containers.pause('second');
    const { Name: name, State: state, HostConfig: host } = await client.containers.inspect('second');
    assert.deepEqual([name, state.Status, host.Memory, host.RestartPolicy], ['/second', 'paused', 64 << 20, { Name: 'on-failure', MaximumRetryCount: 4 }]);
    await client.containers.unpause('second');
    await assert.rejects(client.containers.inspect('first'), { code: 'NOT_FOUND' });
    await assert.rejects(client.containers.update(id, { Memory: 100 }), { message: 'Minimum memory limit allowed is 6MB' });
  });

  await t.test('lists filter by label, state, name, id and ancestor', async () => {
    const found = async (filters: Record<string, string[]>): Promise<string[]> =>
      (await client.containers.list({ all: true, filters })).map(({ Names }) => Names[0] ?? '');
    await client.containers.create({ Image: 'busybox' }, { name: 'idle' });
    assert.deepEqual(await found({ label: ['keep=yes'] }), ['/second']);
    assert.deepEqual(await found({ status: ['created'] }), ['/idle']);
    assert.deepEqual(await found({ name: ['^sec'] }), ['/second']);
    assert.deepEqual(await found({ id: [id.slice(0, 10)] }), ['/second']);
    assert.deepEqual(await found({ ancestor: ['busybox'] }), ['/idle', '/second']);
    assert.deepEqual(await found({ ancestor: ['busybox'], label: ['keep=no'] }), []);
    await assert.rejects(found({ nonsense: ['x'] }), { message: "invalid filter 'nonsense'" });
  });

  await t.test('events come in order, and again from where one left off', async () => {
    const from = Date.now() / 1000;
    await client.containers.stop('second', { timeoutSeconds: 0 });
    await client.containers.start('second');
    const read = async (since: number): Promise<EventMessage[]> =>
      await Array.fromAsync(client.system.events({ since: since.toFixed(6), until: (Date.now() / 1000 + 0.2).toFixed(6), filters: { container: ['second'] } }));
    const events = await read(from);
    const actions = events.map(({ Action }) => Action);
    assert.deepEqual(actions.filter((action) => !action.startsWith('exec')), ['kill', 'kill', 'die', 'stop', 'start']); // prettier-ignore
    assert.ok(events.every(({ Actor, scope }) => Actor.Attributes['name'] === 'second' && Actor.Attributes['image'] === 'busybox' && scope === 'local'));
    const later = await read((events[2]?.timeNano ?? 0) / 1e9);
    assert.deepEqual(later.map(({ Action }) => Action).slice(-2), ['stop', 'start']);
  });

  await t.test('stats, top and size measure the running container', async () => {
    for await (const sample of client.containers.stats('second', { stream: false })) {
      assert.ok((sample.memory_stats.usage ?? 0) > 0 && (sample.cpu_stats.system_cpu_usage ?? 0) > 0);
      assert.ok((sample.networks?.['eth0']?.rx_bytes ?? -1) >= 0);
    }
    const { Titles: titles, Processes: processes } = await client.containers.top('second');
    assert.equal(processes[0]?.[titles.indexOf('CMD')], 'sleep 1000');
    assert.equal((await client.containers.inspect('second', { size: true })).SizeRootFs, (await client.images.inspect('busybox')).Size);
  });

  await t.test('a dry run of prune lists what prune removes', async () => {
    const query = { 'dry-run': true };
    const planned = await client.connection.json<{ ContainersDeleted: string[] }>('POST', '/containers/prune', { query });
    assert.equal((await client.containers.list({ all: true })).length, 2);
    const { ContainersDeleted: deleted } = await client.containers.prune();
    assert.deepEqual([deleted, deleted?.length], [planned.ContainersDeleted, 1]);
    assert.deepEqual((await client.containers.list({ all: true })).map(({ Names }) => Names[0]), ['/second']); // prettier-ignore
  });

  await t.test('wait answers for each condition', async () => {
    const removed = await client.containers.wait('second', { condition: 'removed' });
    const ended = await client.containers.wait('second', { condition: 'not-running' });
    await client.containers.kill('second');
    assert.equal((await ended.exit).StatusCode, 137);
    await client.containers.remove('second');
    assert.equal((await removed.exit).StatusCode, 137);
    await assert.rejects(client.containers.wait('second', {}), { code: 'NOT_FOUND' });
  });
});
