import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Semaphore } from '../../src/base/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

const COUNT = 200;
const AT_ONCE = 20;

/** What the engine and its containers hold in the kernel and on disk. */
interface Holdings {
  readonly fds: number;
  readonly mounts: number;
  readonly links: number;
  readonly cgroups: number;
  readonly processes: number;
  readonly rules: number;
  readonly files: number;
}

function holdings(engine: TestEngine, ids: ReadonlySet<string>): Holdings {
  const below = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);
  const { directory, bridgePrefix, nftTable, dataRoot, execRoot } = engine.roots;
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(directory) && !line.includes('/netns/'));
  const cgroups = ['pids', 'memory', 'cpu', 'freezer', 'unified', '.']
    .flatMap((name) => below(`/sys/fs/cgroup/${name}/slipway`))
    .filter((name) => ids.has(name));
  const processes = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(execRoot));
  const rules = execFileSync('nft', ['-j', 'list', 'table', 'inet', nftTable], { encoding: 'utf8' });
  return {
    fds: readdirSync(`/proc/${engine.pid}/fd`).length,
    mounts: mounts.length,
    links: readdirSync('/sys/class/net').filter((name) => name.startsWith(bridgePrefix)).length,
    cgroups: cgroups.length,
    processes: processes.length,
    rules: rules.split('"rule"').length + rules.split('"elem"').length,
    files: below(`${dataRoot}/containers`).length + below(`${dataRoot}/snapshots/active`).length + below(`${execRoot}/containers`).length,
  };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Waits until two counts agree, for what goes behind the replies; fails with the difference. */
async function settle(count: () => Holdings, wanted: Holdings): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    const now = count();
    try {
      assert.ok(now.fds <= wanted.fds + 5, `${now.fds} open files, ${wanted.fds} before`);
      assert.deepEqual({ ...now, fds: 0 }, { ...wanted, fds: 0 });
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test(`${COUNT} containers, ${AT_ONCE} at once, leave nothing behind`, { skip: cannotRun(), timeout: 300_000 }, async () => {
  await using engine = await startTestEngine();
  const { client } = engine;
  const ids = new Set<string>();
  const life = async (index: number): Promise<void> => {
    const { Id: id } = await client.containers.create({
      Image: 'busybox',
      Cmd: ['sleep', '1000'],
      HostConfig: index % 4 === 0 ? { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } } : {},
    });
    ids.add(id);
    await client.containers.start(id);
    assert.equal((await client.containers.inspect(id)).State.Status, 'running');
    await client.containers.stop(id, { timeoutSeconds: 0 });
    await client.containers.remove(id);
  };
  await life(0);
  client.connection.close();
  const before = holdings(engine, ids);
  const permits = new Semaphore(AT_ONCE);
  await Promise.all(Array.from({ length: COUNT }, (_, index) => permits.run(() => life(index))));
  assert.equal(ids.size, COUNT + 1);
  client.connection.close();
  await settle(() => holdings(engine, ids), before);
});
