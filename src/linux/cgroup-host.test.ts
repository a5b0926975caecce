import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cgroupDir, cgroupV1Dirs, readHost } from './cgroup-host.ts';

const line = (mountPoint: string, type: string, options: string): string => `30 20 0:26 / ${mountPoint} rw,relatime shared:9 - ${type} cgroup rw,${options}`;
const v1 = ['cpu,cpuacct', 'memory', 'pids', 'freezer', 'name=systemd'].map((names) => line(`/sys/fs/cgroup/${names.replace('name=', '')}`, 'cgroup', names));
const unified = line('/sys/fs/cgroup/unified', 'cgroup2', 'nsdelegate');

test('readHost() tells v1, hybrid and v2 apart', () => {
  assert.equal(readHost(v1.join('\n'), () => '').version, 1);
  assert.equal(readHost([...v1, unified].join('\n'), () => '\n').hybrid, false);
  assert.equal(readHost([...v1, unified].join('\n'), () => 'hugetlb\n').hybrid, true);
  const v2 = readHost(line('/sys/fs/cgroup', 'cgroup2', 'nsdelegate'), () => 'cpu memory\n');
  assert.equal(v2.version, 2);
  assert.equal(v2.hybrid, false);
  assert.equal(v2.unified, '/sys/fs/cgroup');
});

test('cgroupDir() finds a group on either version', () => {
  const host = readHost(v1.join('\n'), () => '');
  assert.equal(cgroupDir('/slipway/x', 'cpuacct', host), '/sys/fs/cgroup/cpu,cpuacct/slipway/x');
  assert.equal(cgroupDir('/slipway/x', 'blkio', host), undefined);
  assert.equal(
    cgroupDir(
      '/slipway/x',
      'memory',
      readHost(line('/sys/fs/cgroup', 'cgroup2', ''), () => ''),
    ),
    '/sys/fs/cgroup/slipway/x',
  );
});

test('cgroupV1Dirs() names each hierarchy once, and none when they are mounted in unusual places', () => {
  assert.equal(
    cgroupV1Dirs(
      '/x',
      readHost(v1.join('\n'), () => ''),
    ).length,
    5,
  );
  assert.deepEqual(
    cgroupV1Dirs(
      '/x',
      readHost([...v1, line('/cg/blkio', 'cgroup', 'blkio')].join('\n'), () => ''),
    ),
    [],
  );
  assert.deepEqual(
    cgroupV1Dirs(
      '/x',
      readHost(line('/sys/fs/cgroup', 'cgroup2', ''), () => ''),
    ),
    [],
  );
});
