import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeFrames } from '../../src/api/index.ts';
import { fileEntry, readTar, tarBytes } from '../../src/tar/index.ts';
import { ComposeFolder } from './compose-rig.ts';
import { cannotRun, processesOf, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

const canary = 'canary-5e1f7c';

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const { data } of decodeFrames(stream)) text += data.toString();
  return text;
}

async function start({ client }: TestEngine, command: string, more: Record<string, unknown> = {}): Promise<string> {
  const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sh', '-c', command], ...more });
  await client.containers.start(id);
  return id;
}

/** What a command prints, as the process of a container of its own. */
async function printed(engine: TestEngine, command: string, more: Record<string, unknown> = {}): Promise<string> {
  const id = await start(engine, command, more);
  const text = await textOf((await engine.client.containers.logs(id, { stdout: true, stderr: true, follow: true })).body);
  await engine.client.containers.remove(id, { force: true, volumes: true });
  return text;
}

async function sh(engine: TestEngine, id: string, command: string): Promise<string> {
  return await run(engine, id, ['sh', '-c', command]);
}

async function run({ client }: TestEngine, id: string, Cmd: readonly string[]): Promise<string> {
  const { Id: exec } = await client.execs.create(id, { Cmd, AttachStdout: true, AttachStderr: true });
  return await textOf((await client.execs.start(exec, {})).stream);
}

/** What a container must not reach, whatever its image and its files say; each case names the holes of the past that it stands for. */
test('walls of an engine', { skip: cannotRun(), timeout: 180_000 }, async (t) => {
  const outside = mkdtempSync(join(tmpdir(), 'slipway-outside-'));
  t.after(() => rmSync(outside, { recursive: true }));
  writeFileSync(join(outside, 'secret'), canary);
  const untouched = (): void => assert.deepEqual([readdirSync(outside), readFileSync(join(outside, 'secret'), 'utf8')], [['secret'], canary]);
  process.env['SLIPWAY_TEST_CANARY'] = canary;
  await using engine = await startTestEngine();
  delete process.env['SLIPWAY_TEST_CANARY'];
  const { client } = engine;

  await t.test("no process of a container has the engine's environment (CVE-2021-21334, CVE-2020-14370, CVE-2021-3602)", async () => {
    assert.ok(readFileSync(`/proc/${engine.pid}/environ`, 'utf8').includes(canary), 'the engine has it');
    const id = await start(engine, 'sleep 1000', { Env: ['OWN=1'], HostConfig: { Init: true } });
    const names = (text: string): string[] => text.split(/[\0\n]/).flatMap((line) => line.match(/^\w+(?==)/) ?? []).sort(); // prettier-ignore
    const seen = async (...Cmd: string[]): Promise<string[]> => names(await run(engine, id, Cmd));
    assert.deepEqual(await seen('cat', '/proc/1/environ'), ['HOME', 'HOSTNAME', 'OWN', 'PATH']);
    assert.deepEqual(await seen('cat', '/proc/self/environ'), ['HOME', 'HOSTNAME', 'OWN', 'PATH']);
    const Dockerfile = 'FROM busybox\nRUN cat /proc/self/environ /proc/1/environ > /seen\n';
    const context = await tarBytes([{ entry: fileEntry('Dockerfile', Dockerfile.length), body: Buffer.from(Dockerfile) }]);
    for await (const _ of client.images.build(Readable.from([context]), { tags: ['seen'] }));
    const inBuild = await printed(engine, 'cat /seen', { Image: 'seen' });
    assert.ok(inBuild.includes('PATH=') && !inBuild.includes(canary), inBuild);
    await client.containers.remove(id, { force: true });
  });

  await t.test('no process of an engine listens where a container with the network of the host could come (CVE-2020-15257)', async () => {
    const id = await start(engine, 'sleep 1000', { HostConfig: { NetworkMode: 'host' }, OpenStdin: true });
    const abstract = new Set([...readFileSync('/proc/net/unix', 'utf8').matchAll(/ (\d+) @/g)].map(([, inode]) => `socket:[${inode}]`));
    const pids = [engine.pid, ...processesOf(engine.roots.directory).map((line) => Number(/\d+/.exec(line)?.[0]))];
    assert.ok(pids.length >= 3, 'engine, zygote and shim');
    assert.deepEqual(pids.flatMap(openFiles).filter((file) => abstract.has(file)), []); // prettier-ignore
    await client.containers.remove(id, { force: true });
  });

  await t.test('a VOLUME that leads out of the image copies nothing of the host (CVE-2022-23648)', async () => {
    const id = await start(engine, 'true');
    await client.containers.commit(id, { repo: 'traversal', changes: [`VOLUME ["/../../../..${outside}"]`] });
    assert.equal(await printed(engine, `ls -A ${outside}; touch ${outside}/mine`, { Image: 'traversal' }), '');
    untouched();
    await client.containers.remove(id, { force: true });
  });

  await t.test('programs and libraries of a container have no part in copying (CVE-2019-14271, CVE-2026-41567)', async () => {
    const names = ['xz', 'unxz', 'gzip', 'unpigz', 'bzip2', 'zstd', 'tar', 'chroot'];
    const id = await start(engine, 'sleep 1000');
    await sh(
      engine,
      id,
      `cd /bin; for name in ${names.join(' ')}; do rm -f $name; printf '#!/bin/sh\\ntouch /ran ${outside}/ran\\n' > $name; chmod +x $name; done`,
    );
    await sh(engine, id, 'mkdir -p /lib; echo "passwd: evil" > /etc/nsswitch.conf; echo no library > /lib/libnss_evil.so.2');
    const tar = await tarBytes([{ entry: fileEntry('copied', 2), body: Buffer.from('hi') }]);
    const compress = (command: string): Buffer => execFileSync(command, ['-c'], { input: tar });
    for (const [at, body] of [compress('xz'), compress('bzip2'), gzipSync(tar), zstdCompressSync(tar)].entries()) {
      await sh(engine, id, `mkdir /to${at}`);
      await client.containers.archivePut(id, `/to${at}`, body);
    }
    assert.equal(await sh(engine, id, 'cat /to*/copied'), 'hi'.repeat(4));
    for await (const { body } of readTar((await client.containers.archiveGet(id, '/to0')).tar)) for await (const _ of body);
    for await (const _ of await client.containers.export(id));
    assert.equal(await sh(engine, id, 'test -e /ran || echo nobody ran'), 'nobody ran\n');
    assert.ok(!existsSync('/ran'));
    untouched();
    await client.containers.remove(id, { force: true });
  });

  await t.test('a folder of a volume that turns into a link leads neither copies nor mounts out (CVE-2018-15664, CVE-2021-30465, CVE-2026-41568)', async () => {
    const id = await start(engine, 'mkdir /v/sub; echo ours > /v/sub/secret; echo; sleep 1000', { HostConfig: { Binds: ['shared:/v'] } });
    for await (const _ of decodeFrames((await client.containers.logs(id, { stdout: true, follow: true })).body)) break;
    await using swapped = swapForLink((await client.volumes.inspect('shared')).Mountpoint, outside);
    const body = await tarBytes([{ entry: fileEntry('evil', 4), body: Buffer.from('evil') }]);
    let read = 0;
    for (let round = 0; round < 100; round++) {
      await client.containers.archivePut(id, '/v/sub', body).catch(() => {});
      const found = await client.containers.archiveGet(id, '/v/sub/secret').catch(() => undefined);
      if (!found) continue;
      for await (const { body: content } of readTar(found.tar)) assert.equal(String(Buffer.concat(await Array.fromAsync(content))), 'ours\n');
      read++;
    }
    let started = 0;
    for (let round = 0; round < 12; round++) {
      const HostConfig = { Binds: ['shared:/v', 'other:/v/sub/deep', `${outside}/secret:/v/sub/file:ro`] };
      const { Id: other } = await client.containers.create({ Image: 'busybox', Cmd: ['true'], HostConfig });
      await client.containers.start(other).then(() => started++, () => {}); // prettier-ignore
      await client.containers.remove(other, { force: true });
    }
    untouched();
    assert.ok(read > 0 && started > 0, `${read} copies and ${started} starts came through`);
    assert.ok(swapped.times() > 1000, `the link came ${swapped.times()} times`);
    await client.containers.remove(id, { force: true });
  });

  await t.test('configs and secrets of Compose go where a link of the image leads inside it, never outside (CVE-2025-9566)', async () => {
    const id = await start(engine, `mkdir -p ${outside}; ln -s ${outside} /app`);
    await client.containers.wait(id, { condition: 'not-running' }).then(({ exit }) => exit);
    await client.containers.commit(id, { repo: 'linked' });
    const yaml = `name: linked
services: {a: {image: linked, command: cat /app/one /app/two ${outside}/one, configs: [{source: one, target: /app/one, mode: "0440"}, {source: two, target: /app/two}]}}
configs: {one: {content: copied}, two: {file: ./two.txt}}
`;
    await using folder = new ComposeFolder(engine.host, { 'compose.yaml': yaml, 'two.txt': 'mounted' });
    const { stdout } = await folder.run(['up', '--no-log-prefix', '--no-color']);
    assert.match(stdout, /copiedmountedcopied/);
    untouched();
    await client.containers.remove(id, { force: true });
  });
});

/** In a thread of its own, the folder "sub" of a volume and a link to `outside` take turns until the scope ends. */
function swapForLink(volume: string, outside: string): AsyncDisposable & { times(): number } {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const code = `const { renameSync, rmSync, symlinkSync } = require('node:fs');
    const { shared, volume, outside } = require('node:worker_threads').workerData;
    const [sub, link, folder] = ['sub', 'link', 'folder'].map((name) => volume + '/' + name);
    /** Others may make a folder where none was. */
    const move = (from, to) => { for (;;) try { return renameSync(from, to); } catch { if (Atomics.load(shared, 0)) return; rmSync(to, { recursive: true, force: true }); } };
    symlinkSync(outside, link);
    for (; Atomics.load(shared, 0) === 0; Atomics.add(shared, 1, 1)) { move(sub, folder); move(link, sub); move(sub, link); move(folder, sub); }`;
  const worker = new Worker(code, { eval: true, workerData: { shared, volume, outside } });
  return {
    times: () => Atomics.load(shared, 1),
    async [Symbol.asyncDispose]() {
      const ended = once(worker, 'exit');
      Atomics.store(shared, 0, 1);
      await ended;
    },
  };
}

function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return ''; // Closed meanwhile.
    }
  });
}
