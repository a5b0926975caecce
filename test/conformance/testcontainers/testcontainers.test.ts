import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { text } from 'node:stream/consumers';

import type { GenericContainer } from 'testcontainers';

import { engineUnderTest } from '../engine.ts';
import type { EngineUnderTest } from '../engine.ts';

type Library = typeof import('testcontainers');

let engine: EngineUnderTest;
let library: Library;

/** Serves "hello" on port 8080, after it has said so. */
const server = ['sh', '-c', 'mkdir /www && echo hello > /www/index.html && echo ready to serve && exec httpd -f -p 8080 -h /www'];

before(async () => {
  engine = await engineUnderTest();
  process.env['DOCKER_HOST'] = engine.host;
  // Its reaper is an image of a hub; every scenario here stops what it starts.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  library = await import('testcontainers');
});
after(async () => await engine[Symbol.asyncDispose]());

function busybox(): GenericContainer {
  return new library.GenericContainer('busybox:latest');
}

test('a container serves through a mapped port once its log says so', async () => {
  await using container = await busybox().withCommand(server).withExposedPorts(8080).withWaitStrategy(library.Wait.forLogMessage('ready to serve')).start();
  const url = `http://${container.getHost()}:${container.getMappedPort(8080)}/`;
  assert.equal(await (await fetchWhenUp(url)).text(), 'hello\n');
});

test('waits for a listening port and for an HTTP answer', async () => {
  const strategy = library.Wait.forAll([library.Wait.forListeningPorts(), library.Wait.forHttp('/', 8080).forStatusCode(200)]);
  await using container = await busybox().withCommand(server).withExposedPorts(8080).withWaitStrategy(strategy).start();
  assert.ok(container.getMappedPort(8080) > 0);
});

test('waits for a health check', async () => {
  await using container = await busybox()
    .withCommand(['sh', '-c', 'sleep 0.2; touch /tmp/up; sleep 300'])
    .withHealthCheck({ test: ['CMD', 'test', '-f', '/tmp/up'], interval: 200, timeout: 1000, retries: 20 })
    .withWaitStrategy(library.Wait.forHealthCheck())
    .start();
  assert.ok(container.getId());
});

test('exec() gives output and exit code', async () => {
  await using container = await busybox().withCommand(['sleep', '300']).start();
  const result = await container.exec(['sh', '-c', 'echo out; echo err >&2; exit 4'], { user: '1000', env: { A: 'b' } });
  assert.equal(result.exitCode, 4);
  assert.equal(result.stdout, 'out\n');
  assert.equal(result.stderr, 'err\n');
});

test('files are copied in before the start and out afterwards', async () => {
  await using container = await busybox()
    .withCopyContentToContainer([{ content: 'configured\n', target: '/etc/app.conf' }])
    .withEnvironment({ MODE: 'test' })
    .withCommand(['sh', '-c', 'cat /etc/app.conf; echo $MODE; sleep 300'])
    .withWaitStrategy(library.Wait.forLogMessage('test'))
    .start();
  const archive = await text(await container.copyArchiveFromContainer('/etc/app.conf'));
  assert.match(archive, /configured\n/);
});

test('containers of one network find each other by alias', async () => {
  const network = await new library.Network().start();
  try {
    await using web = await busybox()
      .withCommand(server)
      .withNetwork(network)
      .withNetworkAliases('web')
      .withWaitStrategy(library.Wait.forLogMessage('ready'))
      .start();
    await using client = await busybox().withCommand(['sleep', '300']).withNetwork(network).start();
    assert.ok(web.getId());
    const { stdout } = await client.exec(['sh', '-c', 'until wget -qO- http://web:8080/; do sleep 0.1; done']);
    assert.match(stdout, /hello/);
  } finally {
    await network.stop();
  }
});

test('an image is built from a folder and run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-testcontainers-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), 'FROM busybox\nARG WORD=none\nRUN echo $WORD > /word\nCMD ["sh", "-c", "cat /word; sleep 300"]\n');
    const image = await library.GenericContainer.fromDockerfile(folder)
      .withBuildArgs({ WORD: 'spoken' })
      .build('testcontainers-built:1', { deleteOnExit: false });
    await using container = await image.withWaitStrategy(library.Wait.forLogMessage('spoken')).start();
    assert.ok(container.getId());
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** The log line comes a moment before httpd listens. */
async function fetchWhenUp(url: string): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(url);
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
