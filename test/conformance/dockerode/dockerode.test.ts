import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { buffer } from 'node:stream/consumers';

import Dockerode from 'dockerode';

import { engineUnderTest } from '../engine.ts';
import type { EngineUnderTest } from '../engine.ts';
import { tarOf } from '../tar-of.ts';

let engine: EngineUnderTest;
let docker: Dockerode;

before(async () => {
  engine = await engineUnderTest();
  docker = new Dockerode({ socketPath: engine.socket });
});
after(async () => await engine[Symbol.asyncDispose]());

/** A container of busybox that goes away with the scope. */
async function container(options: Omit<Dockerode.ContainerCreateOptions, 'Image'>): Promise<Dockerode.Container & AsyncDisposable> {
  const created = await docker.createContainer({ Image: 'busybox', ...options });
  return Object.assign(created, { [Symbol.asyncDispose]: async () => void (await created.remove({ force: true, v: true })) });
}

function split(stream: NodeJS.ReadableStream): { stdout: PassThrough; stderr: PassThrough } {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  docker.modem.demuxStream(stream, stdout, stderr);
  stream.on('end', () => {
    stdout.end();
    stderr.end();
  });
  return { stdout, stderr };
}

test('ping, version and info answer in shape', async () => {
  assert.equal(String(await docker.ping()), 'OK');
  const version = await docker.version();
  assert.match(version.ApiVersion, /^1\.\d+$/);
  assert.equal(version.Os, 'linux');
  const info = (await docker.info()) as { Containers: number; OSType: string; ID: string };
  assert.equal(info.OSType, 'linux');
  assert.equal(typeof info.Containers, 'number');
});

test('run() gives output and exit code', async () => {
  const output = new PassThrough();
  const collected = text(output);
  const [result, ran] = (await docker.run('busybox', ['sh', '-c', 'echo out; exit 7'], output, { Tty: true })) as [{ StatusCode: number }, Dockerode.Container];
  output.end();
  assert.equal(result.StatusCode, 7);
  assert.equal(await collected, 'out\r\n');
  await ran.remove();
});

test('attach() separates stdout from stderr and carries stdin', async () => {
  await using cat = await container({
    Cmd: ['sh', '-c', 'cat; echo done >&2'],
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await cat.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
  const { stdout, stderr } = split(stream);
  await cat.start();
  stream.write('first\n');
  stream.end('second\n');
  assert.equal(await text(stdout), 'first\nsecond\n');
  assert.equal(await text(stderr), 'done\n');
  assert.equal(((await cat.wait()) as { StatusCode: number }).StatusCode, 0);
});

test('logs() follows until the container ends, and tails', async () => {
  await using writer = await container({ Cmd: ['sh', '-c', 'for i in 1 2 3 4 5; do echo line $i; done; echo bad >&2'] });
  await writer.start();
  const { stdout, stderr } = split(await writer.logs({ follow: true, stdout: true, stderr: true }));
  assert.equal(await text(stdout), [1, 2, 3, 4, 5].map((n) => `line ${n}\n`).join(''));
  assert.equal(await text(stderr), 'bad\n');
  // A tail counts the lines of both streams, also of the one that is not asked for.
  const tail = await writer.logs({ stdout: true, stderr: false, tail: 3, timestamps: true });
  assert.match(String(tail), /\d{4}-\d\d-\d\dT[\d:.]+Z line 4\n[^]*line 5\n$/);
});

test('exec runs in a container, with stdin, environment, user and exit code', async () => {
  await using sleeper = await container({ Cmd: ['sleep', '300'] });
  await sleeper.start();
  const exec = await sleeper.exec({
    Cmd: ['sh', '-c', 'read x; echo $x $GREETING $(id -u) >&1; exit 3'],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Env: ['GREETING=hi'],
    User: '1000',
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const { stdout } = split(stream);
  stream.end('word\n');
  assert.equal(await text(stdout), 'word hi 1000\n');
  const state = await exec.inspect();
  assert.equal(state.ExitCode, 3);
  assert.equal(state.Running, false);
});

test('exec with a terminal has the size that it is given', async () => {
  await using sleeper = await container({ Cmd: ['sleep', '300'] });
  await sleeper.start();
  const exec = await sleeper.exec({ Cmd: ['sh', '-c', 'read go; stty size'], AttachStdin: true, AttachStdout: true, Tty: true });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  await exec.resize({ h: 33, w: 111 });
  stream.write('go\n');
  assert.match(await text(stream), /33 111/);
});

test('putArchive() and getArchive() carry files both ways', async () => {
  await using box = await container({ Cmd: ['cat', '/tmp/folder/hello.txt'] });
  const archive = await tarOf({ 'folder/hello.txt': 'hello from outside\n' });
  await box.putArchive(archive, { path: '/tmp' });
  await box.start();
  await box.wait();
  assert.match(String(await box.logs({ stdout: true })), /hello from outside/);
  const back = await buffer(await box.getArchive({ path: '/tmp/folder' }));
  assert.ok(back.includes('folder/hello.txt') && back.includes('hello from outside'));
});

test('stats(), top() and update() of a running container', async () => {
  await using sleeper = await container({ Cmd: ['sleep', '300'], HostConfig: { Memory: 64 << 20 } });
  await sleeper.start();
  const stats = await sleeper.stats({ stream: false });
  assert.equal(stats.memory_stats.limit, 64 << 20);
  assert.ok(stats.cpu_stats.cpu_usage.total_usage > 0);
  const top = (await sleeper.top()) as { Titles: string[]; Processes: string[][] };
  assert.ok(top.Processes.some((row) => row.join(' ').includes('sleep 300')));
  await sleeper.update({ Memory: 96 << 20, MemorySwap: -1 });
  assert.equal((await sleeper.inspect()).HostConfig.Memory, 96 << 20);
});

test('networks and volumes live and die', async () => {
  const network = await docker.createNetwork({ Name: 'dockerode-net', Labels: { by: 'dockerode' } });
  await docker.createVolume({ Name: 'dockerode-volume' });
  try {
    await using box = await container({ Cmd: ['sleep', '300'], HostConfig: { NetworkMode: 'dockerode-net', Binds: ['dockerode-volume:/data'] } });
    await box.start();
    const details = await box.inspect();
    assert.ok(details.NetworkSettings.Networks['dockerode-net']?.IPAddress);
    assert.equal(details.Mounts[0]?.Type, 'volume');
    const seen = (await network.inspect()) as { Containers: Record<string, unknown> };
    assert.deepEqual(Object.keys(seen.Containers), [details.Id]);
    await assert.rejects(docker.getVolume('dockerode-volume').remove(), { statusCode: 409 });
  } finally {
    await network.remove();
    await docker.getVolume('dockerode-volume').remove();
  }
});

test('events arrive while containers live and die', async () => {
  const stream = (await docker.getEvents({ filters: { type: ['container'], label: ['dockerode=events'] } })) as Readable;
  const seen: string[] = [];
  stream.on('data', (chunk: Buffer) => {
    for (const line of String(chunk).split('\n').filter(Boolean)) seen.push((JSON.parse(line) as { Action: string }).Action);
    if (seen.includes('destroy')) stream.destroy();
  });
  const closed = once(stream, 'close');
  {
    await using box = await container({ Cmd: ['true'], Labels: { dockerode: 'events' } });
    await box.start();
    await box.wait();
  }
  await closed;
  assert.deepEqual(seen, ['create', 'start', 'die', 'destroy']);
});

test('buildImage() builds from a tar and reports its steps', async () => {
  const context = await tarOf({ Dockerfile: 'FROM busybox\nCOPY word /word\nRUN cat /word > /copy\nCMD ["cat","/copy"]\n', word: 'built\n' });
  const progress = await docker.buildImage(Readable.from([context]), { t: 'dockerode-built' });
  const messages = await new Promise<{ stream?: string; error?: string }[]>((resolve, reject) => {
    docker.modem.followProgress(progress, (error, output) => (error ? reject(error) : resolve(output as { stream?: string }[])));
  });
  assert.ok(
    messages.some(({ stream }) => stream?.startsWith('Successfully built ')),
    JSON.stringify(messages),
  );
  const output = new PassThrough();
  const collected = text(output);
  const [, ran] = (await docker.run('dockerode-built', [], output, { Tty: true })) as [unknown, Dockerode.Container];
  output.end();
  assert.equal(await collected, 'built\r\n');
  await ran.remove();
  await docker.getImage('dockerode-built').remove();
});

test('errors carry status and message', async () => {
  await assert.rejects(docker.getContainer('nobody').inspect(), { statusCode: 404, message: /No such container: nobody/ });
  await assert.rejects(docker.createContainer({ Image: 'no-such-image' }), { statusCode: 404, message: /No such image: no-such-image:latest/ });
  await assert.rejects(docker.getImage('nothing').inspect(), { statusCode: 404, message: /No such image: nothing/ });
});
