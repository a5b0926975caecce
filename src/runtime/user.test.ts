import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { resolveUser } from './user.ts';

let rootfs: string;
beforeEach(() => {
  rootfs = mkdtempSync(join(tmpdir(), 'slipway-user-'));
  mkdirSync(join(rootfs, 'etc'));
  writeFileSync(join(rootfs, 'etc/passwd'), '# comment\nroot:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n1234:x:7:7::/seven:\n');
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\napp:x:1001:\nstaff:x:50:other,app\nwheel:x:10:root\n');
});
afterEach(() => rmSync(rootfs, { recursive: true, force: true }));

test('resolveUser() of nothing is root with its groups', () => {
  assert.deepEqual(resolveUser(rootfs, ''), { uid: 0, gid: 0, additionalGids: [0, 10], home: '/root', name: 'root' });
});

test('resolveUser() of a name has primary and supplementary groups (CVE-2022-36109)', () => {
  assert.deepEqual(resolveUser(rootfs, 'app'), { uid: 1000, gid: 1001, additionalGids: [1001, 50], home: '/home/app', name: 'app' });
  assert.deepEqual(resolveUser(rootfs, '1000').additionalGids, [1001, 50]);
});

test('resolveUser() with a group given has no others, but those that are added', () => {
  assert.deepEqual(resolveUser(rootfs, 'app:staff', ['44', 'wheel']).additionalGids, [50, 44, 10]);
  assert.equal(resolveUser(rootfs, '5:6').gid, 6);
});

test('resolveUser() takes a number for a number, also where somebody is named like it (CVE-2024-40635)', () => {
  const user = resolveUser(rootfs, '1234');
  assert.equal(user.uid, 1234);
  assert.equal(user.gid, 0);
  assert.equal(user.home, '/');
});

test('resolveUser() refuses what does not exist or does not fit, in Docker’s words', () => {
  assert.throws(() => resolveUser(rootfs, 'nosuch'), { message: 'unable to find user nosuch: no matching entries in passwd file' });
  assert.throws(() => resolveUser(rootfs, '0:nosuch'), { message: 'unable to find group nosuch: no matching entries in group file' });
  for (const id of ['4294967296', '-1', '2147483648', '0:4294967296'])
    assert.throws(() => resolveUser(rootfs, id), { message: 'uids and gids must be in range 0-2147483647' });
});

test('resolveUser() reads inside the root file system only, and never endlessly (CVE-2026-47262, CVE-2024-9676)', () => {
  const passwd = join(rootfs, 'etc/passwd');
  rmSync(passwd);
  symlinkSync('/etc/passwd-of-the-host/../../../../../../etc/passwd', passwd);
  assert.throws(() => resolveUser(rootfs, 'root'), /unable to find user root/);
  rmSync(passwd);
  execFileSync('mkfifo', [passwd]);
  assert.throws(() => resolveUser(rootfs, 'root'), /unable to find user root/);
  rmSync(passwd);
  writeFileSync(passwd, '');
  truncateSync(passwd, 2 ** 31);
  assert.throws(() => resolveUser(rootfs, 'root'), /too large/);
  const last = '\nlast:x:5:6';
  writeFileSync(passwd, `${':\n'.repeat(2 ** 19 - last.length / 2)}${last}`);
  assert.equal(resolveUser(rootfs, 'last').uid, 5);
  appendFileSync(passwd, '\n\n');
  assert.throws(() => resolveUser(rootfs, 'last'), /too large: 104857\d bytes, at most 1048576 are read/);
  rmSync(passwd);
  mkdirSync(passwd);
  assert.equal(resolveUser(rootfs, '0').uid, 0);
});

test('resolveUser() does not open a device that an image has for its files', { skip: process.getuid?.() === 0 ? false : 'needs root: makes a device' }, () => {
  const passwd = join(rootfs, 'etc/passwd');
  rmSync(passwd);
  execFileSync('mknod', [passwd, 'c', '10', '251']); // Nobody's number: opening it fails with ENODEV.
  assert.throws(() => resolveUser(rootfs, 'root'), /unable to find user root/);
});
