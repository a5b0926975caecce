import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileEntry } from '../../src/tar/index.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

const rounds = Number(process.env['SLIPWAY_KILL_ROUNDS'] ?? 8);
const seed = Number(process.env['SLIPWAY_KILL_SEED'] ?? Date.now() % 100_000);
const workers = 4;
/** Namespaces that the engine keeps ready. */
const readyNamespaces = 4;

/** One thing that a client does; whatever becomes of it when the engine dies is fine, as long as the next engine can explain it. */
type Deed = (engine: TestEngine, name: string, random: () => number) => Promise<unknown>;

const deeds: readonly Deed[] = [
  ({ client }, name) => client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'], Volumes: { '/data': {} } }, { name }),
  async ({ client }, name) => {
    const { Id } = await client.containers.create(
      { Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { PublishAllPorts: true }, ExposedPorts: { '80/tcp': {} } },
      { name },
    );
    await client.containers.start(Id);
  },
  async ({ client }, name) => {
    const { Id } = await client.containers.create({ Image: 'busybox', Cmd: ['true'], HostConfig: { AutoRemove: true } }, { name });
    await client.containers.start(Id);
  },
  async (engine, name, random) => {
    const { client } = engine;
    await client.networks.create({ Name: name });
    const { Id } = await client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: name } }, { name });
    await client.containers.start(Id);
    if (random() < 0.5) await client.containers.stop(Id, { timeoutSeconds: 0 });
  },
  async ({ client }, _name, random) => {
    const [victim] = pick(await client.containers.list({ all: true }), random);
    if (victim) await client.containers.remove(victim.Id, { force: true, volumes: true });
  },
  async ({ client }, _name, random) => {
    const [victim] = pick(await client.containers.list({ all: true }), random);
    if (victim) await client.containers.restart(victim.Id, { timeoutSeconds: 0 });
  },
  ({ client }, name) => client.volumes.create({ Name: name }),
  ({ client }) => client.volumes.prune({ all: ['true'] }),
  ({ client }) => client.networks.prune(),
  async ({ client }, name) => {
    const body = Buffer.from(name.repeat(10_000));
    const image = await busyboxImage({ tags: [`${name}:latest`], files: [{ entry: fileEntry(`etc/${name}`, body.length), body }] });
    for await (const { error } of client.images.load(image)) assert.equal(error, undefined);
  },
  async ({ client }, _name, random) => {
    const [victim] = pick(await client.images.list(), random);
    if (victim && !victim.RepoTags.includes('busybox:latest')) await client.images.remove(victim.Id, { force: true });
  },
];

test(
  `an engine that is killed in the middle of anything recovers (SLIPWAY_KILL_SEED=${seed})`,
  { skip: cannotRun(), timeout: 30_000 + rounds * 30_000 },
  async (t) => {
    await using engine = await startTestEngine();
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      await t.test(`round ${round}`, async () => {
        const idle = new AbortController();
        const work = Promise.all(Array.from({ length: workers }, (_, worker) => keepDoing(engine, `r${round}w${worker}`, random, idle.signal)));
        await sleep(20 + random() * 600);
        idle.abort();
        await engine.kill();
        await work;
        await engine.start();
        await explains(engine);
      });
    }
    await t.test('and everything can be removed', async () => {
      const { client } = engine;
      for (const { Id } of await client.containers.list({ all: true })) await client.containers.remove(Id, { force: true, volumes: true });
      await client.networks.prune();
      await client.volumes.prune({ all: ['true'] });
      assert.deepEqual((await client.networks.list()).map(({ Name }) => Name).sort(), ['bridge', 'host', 'none']);
      assert.deepEqual(readdirSync(join(engine.dataRoot, 'volumes')), []);
      assert.ok(namespaces(engine).length <= readyNamespaces);
    });
  },
);

async function keepDoing(engine: TestEngine, prefix: string, random: () => number, idle: AbortSignal): Promise<void> {
  for (let number = 0; !idle.aborted; number++) {
    const deed = deeds[Math.floor(random() * deeds.length)];
    await deed?.(engine, `${prefix}n${number}`, random).catch(() => undefined);
  }
}

/** What the new engine says agrees with the kernel and the disk, and it works. */
async function explains(engine: TestEngine): Promise<void> {
  const { client } = engine;
  const containers = await Promise.all((await client.containers.list({ all: true })).map(({ Id }) => client.containers.inspect(Id)));
  const running = containers.filter(({ State }) => State.Running);
  for (const { Name, State } of running) assert.ok(existsSync(`/proc/${State.Pid}/stat`), `${Name} runs as process ${State.Pid}`);
  const names = containers.map(({ Name }) => Name);
  assert.equal(new Set(names).size, names.length, 'no name twice');
  const ports = running.flatMap(({ NetworkSettings }) => NetworkSettings.Ports['80/tcp']?.map(({ HostIp, HostPort }) => `${HostIp} ${HostPort}`) ?? []);
  assert.equal(new Set(ports).size, ports.length, 'no port twice');
  const addresses = running.flatMap(({ NetworkSettings }) => Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress));
  assert.equal(new Set(addresses).size, addresses.length, 'no address twice');

  const pinned = namespaces(engine);
  for (const { Name, NetworkSettings } of running) assert.ok(pinned.includes(NetworkSettings.SandboxKey), `the namespace of ${Name} is there`);
  assert.ok(pinned.length <= running.length + readyNamespaces, `no namespace of nobody: ${pinned.length} for ${running.length} containers`);
  const { Volumes } = await client.volumes.list();
  assert.deepEqual(
    readdirSync(join(engine.dataRoot, 'volumes')).sort(),
    Volumes.map(({ Name }) => Name).sort(),
    'each volume has its directory, each directory its volume',
  );
  const mounts = containers.flatMap(({ Mounts }) => Mounts.flatMap(({ Name }) => Name ?? []));
  for (const name of mounts)
    assert.ok(
      Volumes.some(({ Name }) => Name === name),
      `volume ${name} of a container is there`,
    );

  const { Id } = await client.containers.create({ Image: 'busybox', Cmd: ['sh', '-c', 'exit 7'] });
  const { exit } = await client.containers.wait(Id, { condition: 'next-exit' });
  await client.containers.start(Id);
  assert.equal((await exit).StatusCode, 7, 'a new container runs');
  await client.containers.remove(Id);
}

function namespaces({ roots }: TestEngine): string[] {
  const targets = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return targets.filter((target) => target.startsWith(`${roots.execRoot}/netns/`));
}

function pick<T>(items: readonly T[], random: () => number): T[] {
  return items.slice(Math.floor(random() * items.length)).slice(0, 1);
}
