import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrames } from '../../src/api/index.ts';
import type { ContainerLogsOptions } from '../../src/client/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

async function start({ client }: TestEngine, command: string, more: Record<string, unknown> = {}): Promise<string> {
  const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sh', '-c', command], ...more });
  await client.containers.start(id);
  return id;
}

async function ended({ client }: TestEngine, id: string): Promise<void> {
  await (
    await client.containers.wait(id)
  ).exit;
}

async function logs({ client }: TestEngine, id: string, options: ContainerLogsOptions = {}): Promise<string[]> {
  let text = '';
  for await (const { data } of decodeFrames((await client.containers.logs(id, { stdout: true, stderr: true, ...options })).body)) text += data.toString();
  return text.split('\n').slice(0, -1);
}

test('logs', { skip: cannotRun(), timeout: 120_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;
  const id = await start(engine, 'for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; sleep 0.05; done');
  await ended(engine, id);

  await t.test('give each stream alone, and the last lines of both together', async () => {
    assert.deepEqual(await logs(engine, id, { stderr: false, tail: '4' }), ['out 4', 'out 5']);
    assert.deepEqual(await logs(engine, id, { stdout: false, tail: '1' }), ['err 5']);
    assert.equal((await logs(engine, id)).length, 10);
    assert.deepEqual(await logs(engine, id, { tail: '0' }), []);
  });

  await t.test('give times that since and until understand', async () => {
    const timed = await logs(engine, id, { stderr: false, timestamps: true });
    const times = timed.map((line) => line.split(' ')[0] ?? '');
    assert.match(times[0] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    assert.deepEqual(times, times.toSorted());
    const [whole, fraction] = [Math.floor(Date.parse(times[2] ?? '') / 1000), (times[2] ?? '').slice(20, 29)];
    assert.deepEqual(await logs(engine, id, { stderr: false, since: `${whole}.${fraction}` }), ['out 3', 'out 4', 'out 5']);
    assert.deepEqual(await logs(engine, id, { stderr: false, until: `${whole}.${fraction}` }), ['out 1', 'out 2', 'out 3']);
  });

  await t.test('follow until the container ends, over restarts of it', async () => {
    const again = await start(engine, 'echo run; sleep 0.2; exit 1', { HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } } });
    assert.deepEqual(await logs(engine, again, { follow: true }), ['run', 'run', 'run']);
    assert.equal((await client.containers.inspect(again)).RestartCount, 2);
  });

  await t.test('rotate, and keep what the options allow', async () => {
    const big = await start(engine, 'i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo "line $i ......................................."; done', {
      HostConfig: { LogConfig: { Type: 'json-file', Config: { 'max-size': '50k', 'max-file': '2' } } },
    });
    await ended(engine, big);
    const lines = await logs(engine, big);
    assert.match(lines.at(-1) ?? '', /^line 4000 /);
    assert.ok(lines.length < 1500, `${lines.length} lines kept`);
  });

  await t.test('are raw for a terminal, and refused for the driver none', async () => {
    const terminal = await start(engine, 'echo raw', { Tty: true });
    await ended(engine, terminal);
    const { body, headers } = await client.containers.logs(terminal, { stdout: true, stderr: true });
    assert.equal(headers['content-type'], 'application/vnd.docker.raw-stream');
    assert.equal(await body.text(), 'raw\r\n');
    const none = await start(engine, 'echo gone', { HostConfig: { LogConfig: { Type: 'none' } } });
    await assert.rejects(client.containers.logs(none, { stdout: true }), { message: 'configured logging driver does not support reading' });
    await assert.rejects(client.containers.logs(none, { stdout: false, stderr: false }), { message: 'Bad parameters: you must choose at least one stream' });
  });
});
