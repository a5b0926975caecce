import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { Semaphore } from '../../src/base/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

const count = Number(process.env['SLIPWAY_MANY'] ?? 200);
const atOnce = 20;

/** Ids of every container of the test. */
const ours = new Set<string>();

/** What could leak, each counted. */
interface Counts {
  descriptors: number;
  mounts: number;
  links: number;
  rules: number;
  cgroups: number;
  processes: number;
  directories: number;
}

test(`${count} containers, ${atOnce} at once, leave nothing behind`, { skip: cannotRun(), timeout: 600_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;
  await client.networks.create({ Name: 'mine' });
  const turns = new Semaphore(atOnce);
  const all = (work: (index: number) => Promise<unknown>): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, (_, index) => turns.run(() => work(index))));
  const name = (index: number): string => `many${index}`;

  const life = async (index: number): Promise<void> => {
    const host = index % 2 ? { NetworkMode: 'mine' } : { PublishAllPorts: true };
    const { Id } = await client.containers.create(
      { Image: 'busybox', Cmd: ['sleep', '1000'], ExposedPorts: { '80/tcp': {} }, Volumes: { '/data': {} }, HostConfig: { ...host, Memory: 32 << 20 } },
      { name: name(index) },
    );
    ours.add(Id);
    await client.containers.start(name(index));
    const { State: state } = await client.containers.inspect(name(index));
    assert.equal(state.Status, 'running');
    await client.containers.stop(name(index), { timeoutSeconds: 0 });
    await client.containers.remove(name(index), { volumes: true });
  };
  await life(0); // What is made once, for the first container, is no leak.
  const before = await settled(engine, (counts) => counts.processes <= 1);

  await t.test('all at the same time', async () => {
    await all(async (index) => {
      await client.containers.create(
        {
          Image: 'busybox',
          Cmd: ['sleep', '1000'],
          ExposedPorts: { '80/tcp': {} },
          HostConfig: index % 2 ? { NetworkMode: 'mine' } : { PublishAllPorts: true },
        },
        { name: name(index) },
      );
      await client.containers.start(name(index));
    });
    const running = await client.containers.list();
    assert.equal(running.length, count);
    for (const { Id } of running) ours.add(Id);
    const addresses = running.flatMap(({ NetworkSettings }) => Object.values(NetworkSettings?.Networks ?? {}).map(({ IPAddress }) => IPAddress));
    assert.equal(new Set(addresses).size, count, 'each has an address of its own');
    const ports = running.flatMap(({ Ports }) => Ports.filter(({ IP }) => IP === '0.0.0.0').map(({ PublicPort }) => PublicPort));
    assert.equal(new Set(ports).size, Math.ceil(count / 2), 'each has a port of its own');
    await all(async (index) => {
      const { State: state } = await client.containers.inspect(name(index));
      assert.ok(existsSync(`/proc/${state.Pid}`));
      await client.containers.stop(name(index), { timeoutSeconds: 0 });
      await client.containers.remove(name(index));
    });
    assert.deepEqual(await client.containers.list({ all: true }), []);
  });
  await t.test('one whole life after the other', async () => {
    await all(life);
  });
  await t.test('and the counts are those of before', async () => {
    const after = await settled(engine, (counts) => isWithin(counts, before));
    assert.ok(isWithin(after, before), `before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
  });
});

/** Sockets of clients come and go, so a few descriptors more are no leak; one for every container would be. */
function isWithin(after: Counts, before: Counts): boolean {
  const { descriptors: now, ...others } = after;
  const { descriptors: then, ...those } = before;
  return now <= then + 30 && Object.entries(others).every(([what, number]) => number <= those[what as keyof typeof those]);
}

/** Counts once the engine has done what it does after its replies. The last counts, when `enough` never holds. */
async function settled(engine: TestEngine, enough: (counts: Counts) => boolean): Promise<Counts> {
  for (let attempt = 0; ; attempt++) {
    const counts = countsOf(engine);
    if (enough(counts) || attempt === 100) return counts;
    await engine.client.system.ping();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function countsOf({ pid, roots }: TestEngine): Counts {
  const lines = (text: string): string[] => text.split('\n').filter(Boolean);
  const mounts = lines(readFileSync('/proc/self/mountinfo', 'utf8')).filter((line) => line.includes(` ${roots.directory}/`) && !line.includes('/netns/'));
  const rules = lines(execFileSync('nft', ['list', 'table', 'inet', roots.nftTable], { encoding: 'utf8' }));
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const processes = pids.map((id) => ({ exe: linkOf(`/proc/${id}/exe`), cwd: linkOf(`/proc/${id}/cwd`) }));
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    mounts: mounts.length,
    links: readdirSync('/sys/class/net').filter((name) => name.startsWith(`${roots.bridgePrefix}v`)).length,
    rules: rules.length,
    cgroups: lines(execFileSync('find', ['/sys/fs/cgroup', '-type', 'd', '-path', '*slipway/*'], { encoding: 'utf8' })).filter((line) =>
      ours.has(basename(line)),
    ).length,
    processes: processes.filter(({ exe, cwd }) => exe.endsWith('/slipway-shim') && cwd.startsWith(roots.directory)).length,
    directories: readdirSync(join(roots.dataRoot, 'containers')).length + readdirSync(join(roots.dataRoot, 'volumes')).length,
  };
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
