import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrames } from '../../src/api/index.ts';
import type { ExecCreateBody } from '../../src/api/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

/** Runs a command in a running container: output by stream, and its exit code. */
async function exec(
  { client }: TestEngine,
  container: string,
  body: ExecCreateBody,
  input?: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { Id: id } = await client.execs.create(container, { AttachStdout: true, AttachStderr: true, AttachStdin: input !== undefined, ...body });
  const { stream } = await client.execs.start(id, { tty: body.Tty ?? false });
  if (input !== undefined) {
    await stream.write(Buffer.from(input));
    stream.end();
  }
  const result = { stdout: '', stderr: '' };
  if (body.Tty) for await (const chunk of stream) result.stdout += String(chunk);
  else for await (const { type, data } of decodeFrames(stream)) result[type === 2 ? 'stderr' : 'stdout'] += data.toString();
  return { ...result, code: (await client.execs.inspect(id)).ExitCode };
}

test('exec', { skip: cannotRun(), timeout: 120_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;
  const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'], Env: ['FROM=container'] });
  await client.containers.start(id);

  await t.test('keeps output and errors apart, and tells the exit code', async () => {
    assert.deepEqual(await exec(engine, id, { Cmd: ['sh', '-c', 'echo out; echo err >&2; exit 9'] }), { stdout: 'out\n', stderr: 'err\n', code: 9 });
  });

  await t.test('passes input on, and its end', async () => {
    assert.deepEqual(await exec(engine, id, { Cmd: ['cat'] }, 'line one\nline two\n'), { stdout: 'line one\nline two\n', stderr: '', code: 0 });
  });

  await t.test('takes environment, directory and user', async () => {
    const { stdout } = await exec(engine, id, { Cmd: ['sh', '-c', 'echo $FROM $OWN $PWD $(id -u)'], Env: ['OWN=exec'], WorkingDir: '/tmp', User: 'nobody' });
    assert.equal(stdout, 'container exec /tmp 65534\n');
  });

  await t.test('gives a terminal of the asked size', async () => {
    const { stdout } = await exec(engine, id, { Cmd: ['stty', 'size'], Tty: true, ConsoleSize: [33, 99] });
    assert.equal(stdout.trim(), '33 99');
  });

  await t.test('answers 127 and the reason for an unknown program', async () => {
    const { stdout, code } = await exec(engine, id, { Cmd: ['no-such-program'] });
    assert.match(
      stdout,
      /OCI runtime exec failed: exec failed: unable to start container process: exec: "no-such-program": executable file not found in \$PATH/,
    );
    assert.equal(code, 127);
  });

  await t.test('runs many at once without mixing them up', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => exec(engine, id, { Cmd: ['sh', '-c', `echo ${index}; exit ${index}`] })));
    assert.deepEqual(results.map(({ stdout, code }) => [stdout, code]), Array.from({ length: 20 }, (_, index) => [`${index}\n`, index])); // prettier-ignore
  });

  await t.test('is refused in a container that does not run, and twice', async () => {
    const { Id: once } = await client.execs.create(id, { Cmd: ['true'], AttachStdout: true });
    const { stream } = await client.execs.start(once, {});
    for await (const _ of stream);
    await assert.rejects(client.execs.start(once, {}), { code: 'CONFLICT', message: /has already run/ });
    await client.containers.kill(id);
    await assert.rejects(client.execs.create(id, { Cmd: ['true'] }), { code: 'CONFLICT', message: `container ${id} is not running` });
  });
});
