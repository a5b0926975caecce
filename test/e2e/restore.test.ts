import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeFrames } from '../../src/api/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

const skip = cannotRun();

async function start({ client }: TestEngine, name: string, command: string, host: Record<string, unknown> = {}): Promise<string> {
  const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sh', '-c', command], HostConfig: host }, { name });
  await client.containers.start(id);
  return id;
}

async function logLines({ client }: TestEngine, id: string): Promise<string[]> {
  let text = '';
  for await (const { data } of decodeFrames((await client.containers.logs(id, { stdout: true, stderr: true })).body)) text += data.toString();
  return text.split('\n').filter(Boolean);
}

test('an engine killed by SIGKILL', { skip, timeout: 180_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;
  const server = 'mkdir /w; echo served > /w/index.html; exec httpd -f -p 80 -h /w';
  await start(engine, 'web', server, { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } });
  const port = (await client.containers.inspect('web')).NetworkSettings.Ports['80/tcp']?.[0]?.HostPort ?? '';
  await start(engine, 'counter', 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done');
  await start(engine, 'short', 'sleep 0.3; exit 5');
  await start(engine, 'always', 'sleep 0.3', { RestartPolicy: { Name: 'always' } });
  await start(engine, 'paused', 'sleep 1000');
  await client.containers.pause('paused');

  await t.test('lets its containers serve on', async () => {
    const before = (await client.containers.inspect('web')).State.Pid;
    const asked = Promise.all(Array.from({ length: 20 }, async (_, index) => (await fetch(`http://127.0.0.1:${port}/?${index}`)).text()));
    await engine.kill();
    assert.deepEqual([...new Set(await asked)], ['served\n']);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'served\n');
    await engine.start();
    const { State: state } = await client.containers.inspect('web');
    assert.deepEqual([state.Status, state.Pid], ['running', before]);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'served\n');
  });

  await t.test('loses no line of a log', async () => {
    const numbers = (await logLines(engine, 'counter')).map(Number);
    assert.deepEqual(numbers, numbers.map((_, index) => index + 1)); // prettier-ignore
  });

  await t.test('learns how containers ended meanwhile, and restarts those it should', async () => {
    const { exit } = await client.containers.wait('short', { condition: 'not-running' });
    assert.equal((await exit).StatusCode, 5);
    const events = new AbortController();
    for await (const event of client.system.events({
      since: String(Math.floor(Date.now() / 1000) - 60),
      filters: { container: ['always'], event: ['start'] },
      signal: events.signal,
    }))
      if (event.Action === 'start') break;
    events.abort();
    assert.equal((await client.containers.inspect('paused')).State.Status, 'paused');
  });

  await t.test('can be talked to as before: exec, logs, stop, remove', async () => {
    const { Id: exec } = await client.execs.create('web', { Cmd: ['cat', '/w/index.html'], AttachStdout: true });
    let output = '';
    for await (const { data } of decodeFrames((await client.execs.start(exec, {})).stream)) output += data.toString();
    assert.equal(output, 'served\n');
    await client.containers.unpause('paused');
    await client.containers.stop('counter', { timeoutSeconds: 0 });
    for (const name of ['web', 'counter', 'short', 'always', 'paused']) await client.containers.remove(name, { force: true });
    assert.deepEqual(await client.containers.list({ all: true }), []);
  });

  await t.test('restarts what failed meanwhile, and what it owed a restart, and counts it', async () => {
    const failing = { Binds: ['signs:/signs'], RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 0 } };
    await start(engine, 'fails', 'test -e /signs/again && exec sleep 1000; touch /signs/again; until test -e /signs/go; do sleep 0.02; done; exit 1', failing);
    await start(engine, 'waits', 'test -e /signs/mended && exec sleep 1000; exit 1', failing);
    const { Mountpoint: signs } = await client.volumes.inspect('signs');
    const { Pid: pid } = (await client.containers.inspect('fails')).State;
    while ((await client.containers.inspect('waits')).RestartCount < 3);
    await engine.kill();
    writeFileSync(join(signs, 'mended'), '');
    writeFileSync(join(signs, 'go'), '');
    while (existsSync(`/proc/${pid}`)) await delay(10);
    await engine.start();
    for (const name of ['fails', 'waits']) while (!(await client.containers.inspect(name)).State.Pid) await delay(10);
    const { State: state, RestartCount: count } = await client.containers.inspect('fails');
    assert.deepEqual([state.Running, count, state.Exits?.map(({ ExitCode }) => ExitCode)], [true, 1, [1]]);
    const waits = await client.containers.inspect('waits');
    assert.equal(waits.RestartCount, waits.State.Exits?.length);
    for (const name of ['fails', 'waits']) await client.containers.remove(name, { force: true });
  });

  await t.test('cleans up what a removal left half done', async () => {
    await start(engine, 'victim', 'sleep 1000');
    const removal = client.containers.remove('victim', { force: true }).catch(() => {});
    await engine.kill();
    await removal;
    await engine.start();
    await client.containers.remove('victim', { force: true }).catch(() => {});
    assert.deepEqual(await client.containers.list({ all: true }), []);
  });
});

test('a second engine on the same data root is refused with a clear text', { skip, timeout: 60_000 }, async () => {
  await using engine = await startTestEngine({ busybox: false });
  const { startEngineProcess, rootFlags } = await import('../../src/library/index.ts');
  await assert.rejects(startEngineProcess(rootFlags(engine.roots)), {
    code: 'UNAVAILABLE',
    message: new RegExp(`in use by another engine \\(process ${engine.pid}\\)`),
  });
});
