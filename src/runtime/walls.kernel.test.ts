import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';

import { RuntimeRig, skipReason } from '../../test/support/runtime-rig.ts';
import { nativeFile } from '../base/index.ts';

/** What a container must not be able to do or see; each case names the holes of the past that it stands for. */
suite('walls of a container', { skip: skipReason }, () => {
  let rig: RuntimeRig;
  before(async () => {
    rig = await RuntimeRig.open();
  });
  after(() => rig[Symbol.asyncDispose]());

  const inside = async (script: string, options: Parameters<RuntimeRig['run']>[1] = {}): Promise<string> => {
    const result = await rig.run(['sh', '-c', script], options);
    return result.stdout;
  };

  test("capabilities are Docker's, none inheritable or ambient (CVE-2022-24769)", async () => {
    const status = await inside('grep -E "^(Cap|Seccomp:|NoNewPrivs)" /proc/self/status');
    assert.equal(
      status,
      'CapInh:\t0000000000000000\nCapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t2\n',
    );
  });

  test('another user than root has no capability, but the same limit', async () => {
    const status = await inside('grep -E "^Cap(Eff|Prm|Bnd)" /proc/self/status; id', { user: 'app' });
    assert.equal(
      status,
      'CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb\nuid=1000(app) gid=1000(app) groups=50(staff),1000(app)\n',
    );
  });

  test('no descriptor of the host leaks in (CVE-2024-21626)', async () => {
    assert.equal(await inside('for fd in /proc/self/fd/*; do [ -e $fd ] && basename $fd; done'), '0\n1\n2\n');
    const task = await rig.start(['sleep', '1000']);
    for (const terminal of [false, true]) {
      const exec = await rig.exec(task, ['sh', '-c', 'for fd in /proc/self/fd/*; do [ -e $fd ] && basename $fd; done'], { terminal });
      let seen = '';
      for await (const chunk of exec.stream ?? []) seen += String(chunk);
      assert.deepEqual(seen.match(/\d+(?=\r?\n)/g), ['0', '1', '2'], `terminal ${terminal}`);
    }
    task.kill('SIGKILL');
    await task.exited;
  });

  test('a working directory in /proc/self/fd is refused or stays inside (CVE-2024-21626)', async () => {
    for (const fd of [3, 4, 5, 6, 7, 8, 9, 10]) {
      let listing: string;
      try {
        listing = await inside('cat ../../../../etc/hostname ../../../../../etc/debian_version 2>&1', { workingDir: `/proc/self/fd/${fd}` });
      } catch {
        continue; // refused
      }
      assert.doesNotMatch(listing, /^\d+\.\d+/m);
    }
  });

  test('kernel interfaces are masked or read-only', async () => {
    assert.equal(await inside('cat /proc/kcore /proc/keys /proc/timer_list /proc/interrupts 2>/dev/null | wc -c'), '0\n');
    assert.equal(await inside('ls /proc/acpi /proc/scsi /sys/firmware /sys/devices/virtual/powercap 2>/dev/null | grep -v : | grep -v "^$" | wc -l'), '0\n');
    for (const path of ['/proc/sys/kernel/hostname', '/proc/sysrq-trigger', '/proc/irq/default_smp_affinity']) {
      assert.match(await inside(`echo x > ${path} 2>/dev/null && echo written || echo refused`), /^refused/);
    }
    assert.match(await inside('mkdir /sys/fs/cgroup/memory/x /sys/fs/cgroup/x 2>/dev/null && echo made || echo refused'), /^refused/);
  });

  test('the filter refuses with EPERM what is dangerous, knows young calls, and answers ENOSYS to those not yet invented', async () => {
    copyFileSync(nativeFile('slipway-shim'), join(rig.rootfs, 'bin/selftest'));
    const { stdout } = await rig.run(['selftest', 'selftest']);
    const answers = Object.fromEntries(stdout.split('\n').map((line) => line.split(':\t')));
    const refused = ['socket AF_ALG', 'socket AF_VSOCK', 'io_uring_setup', 'keyctl', 'bpf', 'userfaultfd', 'fsopen', 'unshare'];
    for (const call of refused) assert.equal(answers[call], '1', `${call} answers EPERM`);
    for (const call of ['fchmodat2', 'socket AF_UNIX']) assert.equal(answers[call], '0', `${call} works`);
    for (const call of ['not yet invented', 'clone3']) assert.equal(answers[call], '38', `${call} answers ENOSYS`);
  });

  test('top is not misled by names, and runs no program of the container (CVE-2022-1227)', async () => {
    const ps = join(rig.rootfs, 'bin/ps');
    rmSync(ps);
    writeFileSync(ps, '#!/bin/sh\ntouch /ran\n', { mode: 0o755 });
    const forged = 'x\nroot 1 1 0 00:00 ? 00:00:00 forged\n\x1b[2J\x07';
    const script = 'printf "a\\nroot 1" > /proc/$$/comm; echo ready; read line';
    const { task, stream } = await rig.attached(['sh', '-c', script, forged], { openStdin: true });
    await once(stream, 'data');
    for (const args of ['', '-ef', '-o pid,comm', '-o pid,args', 'aux']) {
      const { Titles: titles, Processes: rows } = await task.top(args);
      assert.deepEqual(rows.map((row) => row[titles.indexOf('PID')]), [String(task.pid)], args); // prettier-ignore
      assert.doesNotMatch(rows.flat().join(''), /\p{Cc}/u);
    }
    assert.ok(!existsSync(join(rig.rootfs, 'ran')));
    task.kill('SIGKILL');
    await task.exited;
  });

  test('privileged has everything that the host can give, and no filter', async () => {
    const status = await inside(
      'grep -E "^(CapEff|Seccomp:)" /proc/self/status; ls /dev/kmsg; echo 1 > /proc/sys/net/ipv4/conf/lo/forwarding && echo writable',
      { hostConfig: { Privileged: true } },
    );
    assert.match(status, /^CapEff:\t000001f/);
    assert.match(status, /Seccomp:\t0\n/);
    assert.match(status, /\/dev\/kmsg\nwritable\n$/);
  });

  test('no-new-privileges, read-only root, tmpfs, ulimits, sysctls', async () => {
    const hostConfig = {
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Ulimits: [{ Name: 'nofile', Soft: 100, Hard: 200 }],
      Sysctls: { 'kernel.shm_rmid_forced': '1' },
    };
    const script =
      'grep NoNewPrivs /proc/self/status; touch /x 2>/dev/null || echo ro; touch /scratch/y && echo rw; ulimit -n; ulimit -Hn; cat /proc/sys/kernel/shm_rmid_forced';
    assert.equal(
      await inside(script, { hostConfig, mounts: [{ kind: 'tmpfs', target: '/scratch', options: ['size=1m'] }] }),
      'NoNewPrivs:\t1\nro\nrw\n100\n200\n1\n',
    );
  });

  test('/dev/stdout and /dev/stderr can be opened by another user than root', async () => {
    const result = await rig.run(['sh', '-c', 'echo out > /dev/stdout; echo err > /dev/stderr'], { user: 'app' });
    assert.equal(result.stdout, 'out\n');
    assert.equal(result.stderr, 'err\n');
  });

  test('the host’s programs cannot be overwritten through /proc (CVE-2019-5736)', async () => {
    const hash = (): string => createHash('sha256').update(readFileSync(nativeFile('slipway-shim'))).digest('hex'); // prettier-ignore
    const original = hash();
    const attempt = 'for i in 1 2 3 4 5; do for exe in /proc/[0-9]*/exe; do (echo x > $exe) 2>/dev/null && echo "wrote $exe"; done; done; echo tried';
    assert.equal(await inside(`${attempt} | grep -v busybox | tail -1`, { hostConfig: { Init: true } }), 'tried\n');
    const task = await rig.start(['sh', '-c', `while :; do ${attempt}; done`], { hostConfig: { Init: true } });
    for (let round = 0; round < 5; round++) {
      const exec = await rig.exec(task, ['true'], { terminal: round % 2 === 0 });
      exec.stream?.resume();
      assert.equal((await exec.exited).exitCode, 0);
    }
    task.kill('SIGKILL');
    await task.exited;
    assert.equal(hash(), original);
  });

  test('a root file system whose /proc or /dev leads elsewhere harms nobody (CVE-2019-19921, CVE-2025-31133)', async () => {
    const evil = await RuntimeRig.open();
    try {
      for (const name of ['proc', 'dev']) {
        rmSync(join(evil.rootfs, name), { recursive: true });
        symlinkSync('../../../../../../../../tmp', join(evil.rootfs, name));
        const untouched = mountsAtTmp();
        await evil.run(['true']).catch(() => undefined);
        assert.deepEqual(mountsAtTmp(), untouched);
        rmSync(join(evil.rootfs, name));
        mkdirSync(join(evil.rootfs, name));
      }
    } finally {
      await evil[Symbol.asyncDispose]();
    }
  });
});

/** The host's mounts at /tmp. */
function mountsAtTmp(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.filter((line) => line.split(' ')[4] === '/tmp');
}
