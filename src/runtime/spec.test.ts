import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { isEngineError } from '../base/index.ts';
import { containerCapabilities, defaultCapabilities, hostCapabilities } from './capabilities.ts';
import { execSpec } from './exec-spec.ts';
import { runtimeResources, splitDevice } from './resources.ts';
import { runtimeErrorText, startError } from './runtime-error.ts';
import { securityOptions } from './security-options.ts';
import { signalNumber } from './signals.ts';
import { formatSpec, processEnv, rlimitInfinity, runtimeSpec, thermalCounters } from './spec.ts';
import type { SpecInput } from './spec-input.ts';
import { formatNanos, parseNanos } from './time.ts';
import { parsePs } from './top.ts';

const input: SpecInput = {
  id: 'a'.repeat(64),
  rootfs: '/rootfs',
  args: ['true'],
  env: ['A=1'],
  workingDir: '',
  user: { uid: 0, gid: 0, additionalGids: [0], home: '/root' },
  hostname: 'aaaaaaaaaaaa',
  terminal: false,
  hostConfig: {},
  mounts: [],
  netns: '/run/netns/x',
};
const specOf = (change: Partial<SpecInput>): ReturnType<typeof runtimeSpec> => runtimeSpec({ ...input, ...change });
const types = (spec: ReturnType<typeof runtimeSpec>): string[] =>
  (spec.linux['namespaces'] as { type: string }[]).map((each) => each.type).filter((type) => type !== 'cgroup');

test('runtimeSpec() is what Docker gives runc', () => {
  const spec = specOf({});
  assert.deepEqual(spec.process.env, ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOSTNAME=aaaaaaaaaaaa', 'A=1', 'HOME=/root']);
  assert.equal(spec.process.cwd, '/');
  assert.deepEqual(spec.process.capabilities?.['bounding'], [...defaultCapabilities]);
  assert.equal(spec.process.capabilities?.['inheritable'], undefined);
  assert.deepEqual(types(spec), ['mount', 'network', 'uts', 'pid', 'ipc']);
  assert.equal(spec.linux.cgroupsPath, `/slipway/${input.id}`);
  assert.deepEqual(spec.linux['sysctl'], { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' });
  assert.deepEqual(
    spec.mounts.map((mount) => mount.destination),
    ['/proc', '/dev', '/dev/pts', '/sys', '/sys/fs/cgroup', '/dev/mqueue', '/dev/shm'],
  );
});

test('runtimeSpec() shares namespaces with the host or with another container', () => {
  const host = specOf({ netns: undefined, hostConfig: { NetworkMode: 'host', PidMode: 'host', IpcMode: 'host', UTSMode: 'host' } });
  assert.deepEqual(types(host), ['mount']);
  assert.equal(host.hostname, undefined);
  assert.deepEqual(host.linux['sysctl'], {});
  const joined = specOf({ hostConfig: { PidMode: 'container:x', IpcMode: 'container:y' }, joinPid: { pid: 11, ipc: 22 } });
  const paths = new Set((joined.linux['namespaces'] as { type: string; path?: string }[]).map((each) => each.path));
  assert.ok(paths.has('/proc/11/ns/pid') && paths.has('/proc/22/ns/ipc'));
});

test('runtimeSpec() orders mounts from parents to children and lets a mount replace a kernel file system', () => {
  const spec = specOf({
    mounts: [
      { kind: 'bind', source: '/usr', target: '/data/x/y', readonly: true },
      { kind: 'bind', source: '/a', target: '/data', propagation: 'rshared' },
      { kind: 'tmpfs', target: '/dev/shm', options: ['size=1m'] },
    ],
  });
  assert.deepEqual(spec.mounts.slice(-3).map((mount) => [mount.destination, mount.options]), [
    ['/data', ['rbind', 'rshared']],
    ['/dev/shm', ['noexec', 'nosuid', 'nodev', 'size=1m', 'rprivate']],
    ['/data/x/y', ['rbind', 'rro', 'rprivate']],
  ]); // prettier-ignore
  assert.equal(spec.mounts.filter((mount) => mount.destination === '/dev/shm').length, 1);
});

test('runtimeSpec() of a privileged container has no filter, no masks and all devices', () => {
  const spec = specOf({ hostConfig: { Privileged: true } });
  assert.equal(spec.linux['seccomp'], undefined);
  assert.equal(spec.linux['maskedPaths'], undefined);
  assert.deepEqual((spec.linux['resources'] as { devices: unknown[] }).devices, [{ allow: true, access: 'rwm' }]);
  assert.ok((spec.linux['devices'] as unknown[]).length > 5);
});

test('runtimeSpec() hides and guards what Docker does (moby daemon/pkg/oci/defaults.go)', () => {
  const hidden = ['acpi', 'asound', 'interrupts', 'kcore', 'keys', 'latency_stats', 'sched_debug', 'scsi', 'timer_list', 'timer_stats'];
  const { maskedPaths, readonlyPaths } = specOf({}).linux as { maskedPaths?: string[]; readonlyPaths?: string[] };
  assert.deepEqual(
    maskedPaths?.toSorted(),
    [...hidden.map((name) => `/proc/${name}`), '/sys/devices/virtual/powercap', '/sys/firmware', ...thermalCounters()].toSorted(),
  );
  assert.deepEqual(readonlyPaths?.toSorted(), ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']);
});

test('thermalCounters() finds those of every processor that has some', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-cpu-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['cpu0/thermal_throttle', 'cpu1', 'cpu12/thermal_throttle', 'cpuidle/thermal_throttle'])
    mkdirSync(join(folder, name), { recursive: true });
  assert.deepEqual(thermalCounters(folder).toSorted(), [join(folder, 'cpu0/thermal_throttle'), join(folder, 'cpu12/thermal_throttle')]);
});

test('runtimeSpec() with an init puts it before the command', () => {
  const spec = specOf({ hostConfig: { Init: true } });
  assert.deepEqual(spec.process.args, ['/sbin/docker-init', '--', 'true']);
  assert.ok(spec.mounts.some((mount) => mount.destination === '/sbin/docker-init' && mount.options?.includes('ro')));
});

test('formatSpec() writes an unlimited rlimit as the kernel wants it', () => {
  assert.equal(formatSpec({ soft: rlimitInfinity, hard: 5 }), '{"soft":18446744073709551615,"hard":5}');
});

test('containerCapabilities() adds and drops as Docker does', () => {
  const host = ['CAP_CHOWN', 'CAP_KILL', 'CAP_SYS_ADMIN'];
  assert.deepEqual(containerCapabilities({ add: ['ALL'], drop: ['kill'] }, host), ['CAP_CHOWN', 'CAP_SYS_ADMIN']);
  assert.deepEqual(containerCapabilities({ add: ['net_admin'], drop: ['all'] }, host), ['CAP_NET_ADMIN']);
  assert.equal(containerCapabilities({ add: ['CAP_SYS_TIME', 'chown'] }, host).length, defaultCapabilities.length + 1);
  assert.deepEqual(containerCapabilities({ privileged: true }, host), host);
  assert.throws(() => containerCapabilities({ add: ['FOO'] }, host), { message: 'invalid CapAdd: unknown capability: "CAP_FOO"' });
});

test('hostCapabilities() reads the bounding set', () => {
  assert.deepEqual(hostCapabilities('CapBnd:\t0000000000000021\n'), ['CAP_CHOWN', 'CAP_KILL']);
});

test('securityOptions() reads what Docker takes and refuses the rest in its words', () => {
  const options = securityOptions(['no-new-privileges:true', 'seccomp=unconfined', 'systempaths=unconfined', 'label=disable']);
  assert.deepEqual(options, { noNewPrivileges: true, seccomp: 'unconfined', apparmor: undefined, unmaskPaths: true });
  assert.equal(securityOptions(['no-new-privileges=false']).noNewPrivileges, false);
  assert.throws(() => securityOptions(['foo=bar']), { message: 'invalid --security-opt 2: "foo=bar"' });
  assert.throws(
    () => securityOptions(['label=user:x']),
    (error) => isEngineError(error, 'NOT_IMPLEMENTED'),
  );
});

test('runtimeResources() maps HostConfig, and leaves out what is not set', () => {
  assert.deepEqual(runtimeResources({}), {});
  assert.deepEqual(runtimeResources({ Memory: 100, MemorySwap: 0, NanoCpus: 1_500_000_000, PidsLimit: -1, CpusetCpus: '0-1', CpuShares: 512 }), {
    memory: { limit: 100, swap: 200 },
    cpu: { shares: 512, quota: 150_000, period: 100_000, cpus: '0-1' },
    pids: { limit: -1 },
  });
  assert.deepEqual(runtimeResources({ Memory: 100, MemorySwap: -1 }), { memory: { limit: 100, swap: -1 } });
});

test('splitDevice() takes large minors apart', () => {
  assert.deepEqual(splitDevice(0x103), { major: 1, minor: 3 });
  assert.deepEqual(splitDevice(0x12300845), { major: 8, minor: 0x12345 });
});

test('processEnv() adds only what is missing', () => {
  assert.deepEqual(processEnv(['PATH=/x', 'HOME=/y', 'HOSTNAME=z', 'TERM=t'], { hostname: 'h', terminal: true, home: '/' }), [
    'PATH=/x',
    'HOME=/y',
    'HOSTNAME=z',
    'TERM=t',
  ]);
});

test('execSpec() lets later variables win and entries without "=" remove', () => {
  const spec = execSpec({
    rootfs: '/',
    args: ['x'],
    env: ['A=1', 'B=2', 'A=3', 'B'],
    workingDir: '',
    user: '0',
    hostname: 'h',
    terminal: false,
    privileged: false,
    hostConfig: {},
  });
  assert.deepEqual(
    spec.env.filter((entry) => /^[AB]=/.test(entry)),
    ['A=3'],
  );
});

test('signalNumber() takes names, numbers and real-time signals', () => {
  assert.deepEqual(['SIGTERM', 'term', '15', 'KILL', 'SIGRTMIN+3', 'rtmax-1'].map(signalNumber), [15, 15, 15, 9, 37, 63]);
  for (const wrong of ['SIGFOO', '0', '65', 'RTMIN+40', '']) assert.throws(() => signalNumber(wrong), { message: `invalid signal: ${wrong}` });
});

test('times keep nine digits both ways', () => {
  assert.equal(formatNanos(1_700_000_000_000_000_001n), '2023-11-14T22:13:20.000000001Z');
  assert.equal(parseNanos('2023-11-14T22:13:20.000000001Z'), 1_700_000_000_000_000_001n);
  assert.equal(parseNanos('2023-11-14T23:13:20.5+01:00'), 1_700_000_000_500_000_000n);
});

test('runtimeErrorText() takes the last complete message of a log', () => {
  assert.equal(runtimeErrorText('{"msg":"first"}\n{"level":"error","msg":"second"}\n{"msg":"thi'), 'second');
  assert.equal(runtimeErrorText(''), undefined);
});

test('startError() tells exit codes as Docker does', () => {
  const code = (msg: string): unknown => startError('create', JSON.stringify({ msg }), ['/x']).details['exitCode'];
  assert.equal(code('executable file `/x` not found in $PATH: No such file or directory'), 127);
  assert.equal(code('open executable: Permission denied'), 126);
  assert.equal(code('something else'), 128);
  assert.match(
    startError('create', JSON.stringify({ msg: 'mount `/etc/passwd` to `etc`: Not a directory' }), ['/x']).message,
    /error mounting "\/etc\/passwd" to rootfs at "\/etc": not a directory: Are you trying to mount a directory onto a file/,
  );
});

test('parsePs() finds the rows by the PID column and keeps blanks in the last one', () => {
  const output = '  PID TTY CMD\n   11 ?   sleep 1\n   12 ?   sh -c x  y\n';
  assert.deepEqual(parsePs(output, [12]), { Titles: ['PID', 'TTY', 'CMD'], Processes: [['12', '?', 'sh -c x y']] });
});
