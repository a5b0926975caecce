import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { startEngine } from '../../src/index.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { cannotRun } from './harness.ts';

const skip = cannotRun();

test('startEngine() gives an engine and a client, and takes everything away with its scope', { skip, timeout: 60_000 }, async () => {
  let directory: string;
  {
    await using engine = await startEngine();
    directory = engine.host.replace(/^unix:\/\/(.*)\/engine\.sock$/, '$1');
    for await (const message of engine.client.images.load(await busyboxImage())) assert.equal(message.error, undefined);
    const { Id: id } = await engine.client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'] });
    await engine.client.containers.start(id);
    assert.equal((await engine.client.containers.list()).length, 1);
    assert.ok(existsSync(directory));
  }
  assert.equal(existsSync(directory), false);
});

test('an engine of a program that is killed goes with it, and leaves nothing', { skip, timeout: 60_000 }, async () => {
  const program = `
    import { startEngine } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
    const engine = await startEngine();
    console.log(engine.pid + ' ' + engine.host);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const [pid = '', host = ''] = line.split(' ');
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  for (let rounds = 100; existsSync(`/proc/${pid}`) && rounds > 0; rounds--) await delay(100);
  assert.equal(existsSync(`/proc/${pid}`), false, 'the engine ended');
  assert.equal(existsSync(host.replace(/^unix:\/\/(.*)\/engine\.sock$/, '$1')), false, 'its directory is gone');
});
