import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ComposeFolder, type Outcome } from '../../e2e/compose-rig.ts';
import { cannotRun } from '../../e2e/harness.ts';
import { engineUnderTest } from '../engine.ts';

/** Docker Compose itself, as a plugin of the `docker` on PATH. */
function theirVersion(): string | undefined {
  try {
    return execFileSync('docker', ['compose', 'version', '--short'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

const skip = cannotRun() || (theirVersion() === undefined && 'needs the docker command with its compose plugin on PATH');

/** Runs Docker Compose in a project's folder against the engine under test. When `until` resolves, or its text has been said, it is sent SIGINT once. */
async function docker(folder: ComposeFolder, host: string, words: readonly string[], until?: RegExp | Promise<void>): Promise<Outcome> {
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0', COMPOSE_MENU: 'false' };
  const child = spawn('docker', ['compose', ...words], { cwd: folder.path, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 90_000, killSignal: 'SIGKILL' });
  let stdout = '';
  let stderr = '';
  let interrupted = false;
  const interrupt = (): void => {
    if (!interrupted) child.kill('SIGINT');
    interrupted = true;
  };
  const look = (): void => void (until instanceof RegExp && until.test(stdout + stderr) && interrupt());
  if (until instanceof Promise) void until.finally(interrupt);
  child.stdout.on('data', (chunk: Buffer) => ((stdout += chunk.toString()), look()));
  child.stderr.on('data', (chunk: Buffer) => ((stderr += chunk.toString()), look()));
  const code = await new Promise<number>((resolve, reject) => child.once('error', reject).once('close', (status) => resolve(status ?? 1)));
  return { code, stdout, stderr };
}

/** The same, which must succeed. */
async function ok(folder: ComposeFolder, host: string, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await docker(folder, host, words);
  assert.equal(code, 0, `docker compose ${words.join(' ')}:\n${stderr}${stdout}`);
  return stdout;
}

test('Docker Compose on our engine', { skip, timeout: 600_000 }, async (t) => {
  await using engine = await engineUnderTest();
  const { host } = engine;

  await t.test('a project of three services: up, ps, logs, exec, port, top, down', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml': `
name: conf-shop
services:
  web: {image: busybox, init: true, command: sh -c "echo serving; exec sleep 1000", depends_on: {once: {condition: service_completed_successfully}}, ports: ["127.0.0.1::80"], networks: [front, back]}
  once: {image: busybox, command: sh -c "nslookup db >/dev/null && echo reached", depends_on: {db: {condition: service_healthy}}, networks: [back]}
  db: {image: busybox, init: true, command: sleep 1000, healthcheck: {test: "true", interval: 1s}, volumes: ["data:/d"], networks: [back]}
networks: {front: , back: {internal: true}}
volumes: {data: }
`,
    });
    await ok(folder, host, ['up', '-d', '--wait', 'web']);
    assert.equal(await ok(folder, host, ['ps', '--format', '{{.Service}} {{.State}}']), 'db running\nweb running\n');
    assert.equal(await ok(folder, host, ['logs', '--no-log-prefix', 'once']), 'reached\n');
    assert.equal(await ok(folder, host, ['exec', '-T', 'db', 'sh', '-c', 'echo x > /d/f; cat /d/f']), 'x\n');
    assert.equal((await docker(folder, host, ['exec', '-T', 'db', 'sh', '-c', 'exit 9'])).code, 9);
    assert.match(await ok(folder, host, ['port', 'web', '80']), /^127\.0\.0\.1:\d+\n$/);
    assert.match(await ok(folder, host, ['top', 'web']), /sleep 1000/);
    await ok(folder, host, ['down', '-v', '-t', '0']);
    assert.equal(await ok(folder, host, ['ps', '-a', '-q']), '');
  });

  await t.test('a project that changes: scale, recreate, stop, start, configs and secrets, run', async () => {
    const file = (value: string): string => `
name: conf-change
services:
  a: {image: busybox, init: true, command: sh -c "cat /c; exec sleep 1000", environment: {V: "${value}"}, configs: [c], secrets: [s]}
configs: {c: {content: "from-content\\n"}}
secrets: {s: {file: ./s}}
`;
    await using folder = new ComposeFolder(host, { 'compose.yaml': file('1'), s: 'secret\n' });
    await ok(folder, host, ['up', '-d', '--scale', 'a=3']);
    assert.equal((await ok(folder, host, ['ps', '-q'])).trim().split('\n').length, 3);
    writeFileSync(join(folder.path, 'compose.yaml'), file('2'));
    await ok(folder, host, ['up', '-d']);
    assert.equal((await ok(folder, host, ['ps', '-q'])).trim().split('\n').length, 1);
    assert.equal(await ok(folder, host, ['exec', '-T', 'a', 'sh', '-c', 'echo $V; cat /run/secrets/s']), '2\nsecret\n');
    assert.match(await ok(folder, host, ['logs', 'a']), /from-content/);
    await ok(folder, host, ['stop', '-t', '0']);
    await ok(folder, host, ['start']);
    await ok(folder, host, ['restart', '-t', '0']);
    assert.equal(await ok(folder, host, ['run', '--rm', 'a', 'echo', 'one-off']), 'one-off\n');
    const attached = await docker(folder, host, ['up', '--no-color'], /Attaching to/);
    assert.ok([0, 130].includes(attached.code), attached.stderr);
    await ok(folder, host, ['down', '-t', '0']);
  });

  await t.test('a project that is built and watched', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml':
        'name: conf-built\nservices:\n  a: {build: {context: ., args: {WHO: you}}, init: true, command: sleep 1000, develop: {watch: [{path: ./src, action: sync, target: /app}]}}\n',
      Dockerfile: 'FROM busybox\nARG WHO\nRUN echo "hello $WHO" > /who && mkdir /app\nCOPY src /app\n',
      'src/one': '1\n',
    });
    await ok(folder, host, ['build']);
    await ok(folder, host, ['up', '-d']);
    assert.equal(await ok(folder, host, ['exec', '-T', 'a', 'cat', '/who', '/app/one']), 'hello you\n1\n');
    const done = Promise.withResolvers<void>();
    const watching = docker(folder, host, ['watch', '--no-up'], done.promise);
    const seen = async (): Promise<boolean> => (await docker(folder, host, ['exec', '-T', 'a', 'cat', '/app/two'])).stdout === '2\n';
    // Nothing tells when the watch has begun: the file is written until it has been noticed, with rests in which the changes are gathered.
    let there = false;
    for (let round = 0; round < 10 && !there; round++) {
      folder.write({ 'src/two': '2\n' });
      for (const until = performance.now() + 3000; performance.now() < until && !there;) there = await seen();
    }
    done.resolve();
    const { stdout, stderr } = await watching;
    assert.ok(there, `the new file came into the container:\n${stdout}${stderr}`);
    await ok(folder, host, ['down', '-t', '0', '--rmi', 'local']);
  });

  await t.test('either goes on with what the other has made, and changes nothing that need not change', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml': `
name: conf-both
services:
  a: {image: busybox, init: true, command: sleep 1000, environment: {A: "1"}, ports: ["127.0.0.1::80"], volumes: ["store:/v"], labels: {x: y}, ulimits: {nofile: 1000}, deploy: {resources: {limits: {cpus: "0.5", memory: 64m}}}}
  side: {image: busybox, init: true, command: sleep 1000, network_mode: "service:a"}
volumes: {store: }
`,
    });
    const ids = async (): Promise<string> => (await folder.ok(['ps', '-q'])).trim();
    await ok(folder, host, ['up', '-d']);
    const theirs = await ids();
    const { stderr } = await folder.run(['up', '-d']);
    assert.deepEqual(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.trim()),
      ['Container conf-both-a-1  Running', 'Container conf-both-side-1  Running'],
    );
    assert.equal(await ids(), theirs);
    await folder.ok(['up', '-d', '--force-recreate']);
    const ours = await ids();
    assert.notEqual(ours, theirs);
    await ok(folder, host, ['up', '-d']);
    assert.equal(await ids(), ours);
    assert.equal(await ok(folder, host, ['config', '--hash', 'a']), await folder.ok(['config', '--hash', 'a']));
    assert.equal(await ok(folder, host, ['config']), await folder.ok(['config']));
    assert.equal(
      await ok(folder, host, ['ps', '--format', '{{.Name}} {{.Service}} {{.State}} {{.Image}} {{.Command}}']),
      await folder.ok(['ps', '--format', '{{.Name}} {{.Service}} {{.State}} {{.Image}} {{.Command}}']),
    );
    await ok(folder, host, ['down', '-v', '-t', '0']);
    assert.equal(await ids(), '');
  });
});
