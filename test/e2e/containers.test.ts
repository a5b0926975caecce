import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrames } from '../../src/api/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

const skip = cannotRun();

/** Runs a command in a new container and removes it: its exit code and output. */
async function run({ client }: TestEngine, command: readonly string[], host: Record<string, unknown> = {}): Promise<{ code: number; output: string }> {
  const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: command, HostConfig: host });
  const wait = await client.containers.wait(id, { condition: 'next-exit' });
  await client.containers.start(id);
  const { StatusCode: code } = await wait.exit;
  const logs = await client.containers.logs(id, { stdout: true, stderr: true });
  let output = '';
  for await (const frame of decodeFrames(logs.body)) output += frame.data.toString();
  await client.containers.remove(id, { force: true, volumes: true });
  return { code, output };
}

test('containers', { skip, timeout: 120_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;

  await t.test('run to their end with their output and exit code', async () => {
    assert.deepEqual(await run(engine, ['sh', '-c', 'echo out; exit 3']), { code: 3, output: 'out\n' });
  });

  await t.test('obey limits, user, read-only root and tmpfs', async () => {
    const { output } = await run(
      engine,
      ['sh', '-c', 'touch /x 2>/dev/null || echo readonly; touch /t/x && echo writable; cat /proc/self/status | grep -i NoNewPrivs'],
      {
        ReadonlyRootfs: true,
        Tmpfs: { '/t': 'size=1m' },
        SecurityOpt: ['no-new-privileges'],
        PidsLimit: 20,
        Memory: 32 << 20,
      },
    );
    assert.equal(output, 'readonly\nwritable\nNoNewPrivs:\t1\n');
  });

  await t.test('share volumes, and remove anonymous ones with them', async () => {
    await run(engine, ['sh', '-c', 'echo kept > /v/file'], { Binds: ['e2e-data:/v'] });
    assert.equal((await run(engine, ['cat', '/v/file'], { Binds: ['e2e-data:/v:ro'] })).output, 'kept\n');
    await run(engine, ['true'], { Mounts: [{ Type: 'volume', Target: '/anonymous' }] });
    assert.deepEqual((await client.volumes.list()).Volumes.map(({ Name }) => Name), ['e2e-data']); // prettier-ignore
  });

  await t.test('are stopped by their signal, and killed after the timeout', async () => {
    const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sh', '-c', 'trap "exit 7" TERM; while :; do sleep 0.05; done'] });
    await client.containers.start(id);
    await client.containers.stop(id, { timeoutSeconds: 10 });
    assert.equal((await client.containers.inspect(id)).State.ExitCode, 7);
    await client.containers.remove(id);
    const { Id: stubborn } = await client.containers.create({ Image: 'busybox', Cmd: ['sh', '-c', 'trap "" TERM; while :; do sleep 0.05; done'] });
    await client.containers.start(stubborn);
    await client.containers.stop(stubborn, { timeoutSeconds: 0 });
    assert.equal((await client.containers.inspect(stubborn)).State.ExitCode, 137);
    await client.containers.remove(stubborn);
  });

  await t.test('refuse the same name twice, and start with an unknown program with 127', async () => {
    const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['no-such-program'] }, { name: 'taken' });
    await assert.rejects(client.containers.create({ Image: 'busybox' }, { name: 'taken' }), {
      code: 'CONFLICT',
      message: new RegExp(`The container name "/taken" is already in use by container "${id}"`),
    });
    await assert.rejects(client.containers.start(id), /executable file not found in \$PATH/);
    const { State: state } = await client.containers.inspect(id);
    assert.deepEqual([state.Status, state.ExitCode], ['created', 127]);
    await client.containers.remove(id);
  });

  await t.test('leave the list empty', async () => {
    assert.deepEqual(await client.containers.list({ all: true }), []);
  });
});
