import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventMessage } from '../../src/api/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

const SECOND = 1e9;

/** Waits for the n-th event of a container with that action. */
async function untilEvent({ client }: TestEngine, container: string, action: string, times = 1): Promise<EventMessage> {
  const stop = new AbortController();
  let seen = 0;
  try {
    for await (const event of client.system.events({ since: '1', filters: { container: [container] }, signal: stop.signal }))
      if (event.Action === action && ++seen === times) return event;
  } finally {
    stop.abort();
  }
  throw new Error(`no ${action} of ${container}`);
}

async function start({ client }: TestEngine, name: string, command: string, more: Record<string, unknown>): Promise<string> {
  const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sh', '-c', command], ...more }, { name });
  await client.containers.start(id);
  return id;
}

test('restart policies and health checks', { skip: cannotRun(), timeout: 120_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;

  await t.test('on-failure restarts as often as it says, with the ends kept', async () => {
    await start(engine, 'failing', 'exit 3', { HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } } });
    await untilEvent(engine, 'failing', 'die', 3);
    const { State: state, RestartCount: count } = await client.containers.inspect('failing');
    assert.deepEqual([state.Status, state.ExitCode, count, state.Exits?.map(({ ExitCode }) => ExitCode)], ['exited', 3, 2, [3, 3, 3]]);
  });

  await t.test('always restarts a good end, until the user stops it', async () => {
    await start(engine, 'steady', 'sleep 0.1', { HostConfig: { RestartPolicy: { Name: 'always' } } });
    await untilEvent(engine, 'steady', 'start', 3);
    await client.containers.stop('steady', { timeoutSeconds: 0 });
    assert.equal((await client.containers.inspect('steady')).State.Running, false);
  });

  await t.test('a check makes healthy and unhealthy, with its output', async () => {
    await start(engine, 'checked', 'touch /ok; sleep 1000', {
      Healthcheck: { Test: ['CMD-SHELL', 'echo looking; test -e /ok'], Interval: 0.2 * SECOND, Retries: 2 },
    });
    await untilEvent(engine, 'checked', 'health_status: healthy');
    const { Id: exec } = await client.execs.create('checked', { Cmd: ['rm', '/ok'], AttachStdout: true });
    for await (const _ of (await client.execs.start(exec, {})).stream);
    await untilEvent(engine, 'checked', 'health_status: unhealthy');
    const { Health: health, Running: running } = (await client.containers.inspect('checked')).State;
    assert.deepEqual([health?.Status, health?.Log.at(-1)?.Output, running], ['unhealthy', 'looking\n', true]);
    assert.match((await client.containers.list({ filters: { name: ['checked'] } }))[0]?.Status ?? '', /\(unhealthy\)$/);
  });

  await t.test('a check that takes too long counts as failed', async () => {
    await start(engine, 'slow', 'sleep 1000', { Healthcheck: { Test: ['CMD', 'sleep', '60'], Interval: 0.1 * SECOND, Timeout: 0.2 * SECOND, Retries: 1 } });
    await untilEvent(engine, 'slow', 'health_status: unhealthy');
    assert.match((await client.containers.inspect('slow')).State.Health?.Log[0]?.Output ?? '', /Health check exceeded timeout \(200ms\)/);
  });

  await t.test('on-unhealthy, and health-on-failure restart, begin the run again', async () => {
    const check = { Test: ['CMD', 'false'], Interval: 0.1 * SECOND, Retries: 1 };
    await start(engine, 'policy', 'trap "exit 0" TERM; while :; do sleep 0.05; done', {
      Healthcheck: check,
      HostConfig: { RestartPolicy: { Name: 'on-unhealthy' } },
    });
    await start(engine, 'action', 'trap "exit 0" TERM; while :; do sleep 0.05; done', { Healthcheck: check, HostConfig: { HealthOnFailure: 'restart' } });
    for (const name of ['policy', 'action']) {
      await untilEvent(engine, name, 'start', 2);
      assert.equal((await client.containers.inspect(name)).State.Exits?.[0]?.Cause, 'unhealthy');
    }
  });
});

test('verbs at the same moment', { skip: cannotRun(), timeout: 120_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;

  await t.test('a forced removal during a start leaves neither container nor process', async () => {
    for (let round = 0; round < 10; round++) {
      const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'] });
      const [, removed] = await Promise.allSettled([client.containers.start(id), client.containers.remove(id, { force: true })]);
      assert.equal(removed.status, 'fulfilled');
      await assert.rejects(client.containers.inspect(id), { code: 'NOT_FOUND' });
    }
  });

  await t.test('a stop between two runs of a restart policy is the end', async () => {
    const id = await start(engine, 'flapping', 'exit 1', { HostConfig: { RestartPolicy: { Name: 'always' } } });
    for (let round = 1; round <= 4; round++) {
      await untilEvent(engine, 'flapping', 'die', round);
      await client.containers.stop(id, { timeoutSeconds: 0 });
      const { State: state } = await client.containers.inspect(id);
      assert.deepEqual([state.Status, state.Running], ['exited', false]);
      await client.containers.start(id);
    }
    await client.containers.remove(id, { force: true });
  });

  await t.test('two starts, two stops and two removals do the work once', async () => {
    const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'] });
    await Promise.all([client.containers.start(id), client.containers.start(id)]);
    await Promise.all([client.containers.stop(id, { timeoutSeconds: 0 }), client.containers.stop(id, { timeoutSeconds: 0 })]);
    const results = await Promise.allSettled([client.containers.remove(id), client.containers.remove(id)]);
    assert.ok(results.some(({ status }) => status === 'fulfilled'));
    assert.deepEqual(await client.containers.list({ all: true }), []);
  });
});
