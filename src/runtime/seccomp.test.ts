import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isEngineError } from '../base/index.ts';
import { defaultCapabilities } from './capabilities.ts';
import { seccompPrologue } from './seccomp-prologue.ts';
import { customSeccomp, defaultSeccomp } from './seccomp.ts';

const names = (capabilities: readonly string[]): Set<string> =>
  new Set(
    defaultSeccomp(capabilities, 'x64')
      .syscalls.filter((rule) => rule.action === 'SCMP_ACT_ALLOW')
      .flatMap((rule) => rule.names),
  );

test('defaultSeccomp() leaves out what is dangerous and knows what is common', () => {
  const allowed = names(defaultCapabilities);
  for (const call of [
    'mount',
    'bpf',
    'keyctl',
    'userfaultfd',
    'io_uring_setup',
    'reboot',
    'unshare',
    'setns',
    'kexec_load',
    'open_by_handle_at',
    'fsopen',
    'move_mount',
    'swapon',
  ])
    assert.ok(!allowed.has(call), call);
  for (const call of ['read', 'execve', 'openat2', 'clone', 'chroot', 'ptrace', 'futex_waitv', 'fchmodat2']) assert.ok(allowed.has(call), call);
});

test('defaultSeccomp() opens calls with the capability they belong to', () => {
  assert.ok(names([...defaultCapabilities, 'CAP_SYS_ADMIN']).has('mount'));
  assert.ok(names(['CAP_SYS_TIME']).has('clock_settime'));
  assert.ok(!names([]).has('chroot'));
});

test('defaultSeccomp() refuses AF_ALG and AF_VSOCK sockets', () => {
  const rules = defaultSeccomp([], 'x64').syscalls.filter((rule) => rule.names.includes('socket'));
  const allows = (family: number): boolean =>
    rules.some((rule) => {
      const [arg] = rule.args ?? [];
      if (arg === undefined) return true;
      return arg.op === 'SCMP_CMP_LT' ? family < arg.value : arg.op === 'SCMP_CMP_EQ' ? family === arg.value : family > arg.value;
    });
  assert.deepEqual([1, 2, 10, 16, 37, 38, 39, 40, 41].filter(allows), [1, 2, 10, 16, 37, 39, 41]);
});

test('customSeccomp() applies conditions on capabilities and architecture', () => {
  const profile = JSON.stringify({
    defaultAction: 'SCMP_ACT_ERRNO',
    archMap: [{ architecture: process.arch === 'x64' ? 'SCMP_ARCH_X86_64' : 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_X86'] }],
    syscalls: [
      { names: ['read'], action: 'SCMP_ACT_ALLOW' },
      { name: 'write', action: 'SCMP_ACT_ALLOW' },
      { names: ['mount'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'] } },
      { names: ['clone'], action: 'SCMP_ACT_ALLOW', excludes: { caps: ['CAP_SYS_ADMIN'] } },
      { names: ['s390_pci'], action: 'SCMP_ACT_ALLOW', includes: { arches: ['s390x'] } },
    ],
  });
  const plain = customSeccomp(profile, []);
  assert.deepEqual(
    plain.syscalls.map((rule) => rule.names),
    [['read'], ['write'], ['clone']],
  );
  assert.equal(plain.architectures?.length, 2);
  assert.deepEqual(
    customSeccomp(profile, ['CAP_SYS_ADMIN']).syscalls.map((rule) => rule.names),
    [['read'], ['write'], ['mount']],
  );
});

test('customSeccomp() of broken text is the client’s error', () => {
  for (const text of ['{', '[]', '{"syscalls":[]}'])
    assert.throws(
      () => customSeccomp(text, []),
      (error) => isEngineError(error, 'INVALID_ARGUMENT'),
    );
});

/** Runs the prologue as the kernel would; undefined when it falls through to what follows. */
function verdict(program: Buffer, arch: number, number: number): number | undefined {
  let accumulator = 0;
  for (let at = 0; at < program.length / 8;) {
    const code = program.readUInt16LE(at * 8);
    const [ifTrue, ifFalse, value] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3), program.readUInt32LE(at * 8 + 4)];
    if (code === 0x06) return value;
    if (code === 0x20) accumulator = value === 4 ? arch : number;
    const jump = code === 0x15 ? accumulator === value : code === 0x25 ? accumulator > value : accumulator >= value;
    at += 1 + (code === 0x20 ? 0 : jump ? ifTrue : ifFalse);
  }
  return undefined;
}

test('seccompPrologue() allows young calls, answers ENOSYS to younger ones, and leaves the rest alone', () => {
  const program = seccompPrologue(defaultSeccomp(defaultCapabilities, 'x64'));
  const [x64, arm64, other] = [0xc000003e, 0xc00000b7, 0x12345678];
  for (const arch of [x64, arm64]) {
    assert.equal(verdict(program, arch, 452), 0x7fff0000, 'fchmodat2');
    assert.equal(verdict(program, arch, 459), undefined, 'lsm_get_self_attr is not in the profile');
    assert.equal(verdict(program, arch, 500), 0x00050026, 'not yet invented');
    assert.equal(verdict(program, arch, 0), undefined, 'read is the filter’s business');
    assert.equal(verdict(program, arch, 0x40000000), undefined, 'x32');
    assert.equal(verdict(program, arch, 0xffffffff), undefined, 'a tracer’s skip');
  }
  assert.equal(verdict(program, other, 452), undefined);
});

test('seccompPrologue() keeps out of profiles that allow by default', () => {
  assert.equal(seccompPrologue({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [] }).length, 0);
});
