import assert from 'node:assert/strict';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';

import { FileKind, mknodAt } from './at-calls.ts';
import { bindMount, mount, MountFlag, umount } from './mount.ts';
import { createNetns, inNetns, removeNetns } from './netns.ts';
import { listXattrs, readXattrs, removeXattr, setXattr } from './xattr.ts';

suite('kernel objects', { skip: process.getuid?.() === 0 ? false : 'needs root: mounts, device nodes, namespaces' }, () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'slipway-linux-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test('mount() and umount() of a tmpfs', () => {
    mount({ source: 'none', target: dir, type: 'tmpfs', flags: MountFlag.nosuid | MountFlag.nodev, data: 'size=1m' });
    assert.match(readFileSync('/proc/self/mountinfo', 'utf8'), new RegExp(`${dir} rw,nosuid,nodev`));
    umount(dir);
    assert.doesNotMatch(readFileSync('/proc/self/mountinfo', 'utf8'), new RegExp(dir));
    assert.throws(() => umount(dir), { code: 'EINVAL', syscall: 'umount2' });
  });

  test('bindMount() read-only refuses writes, and only there', () => {
    mkdirSync(join(dir, 'from'));
    mkdirSync(join(dir, 'to'));
    bindMount(join(dir, 'from'), join(dir, 'to'), { readonly: true });
    assert.throws(() => writeFileSync(join(dir, 'to/file'), 'x'), { code: 'EROFS' });
    writeFileSync(join(dir, 'from/file'), 'x');
    assert.equal(readFileSync(join(dir, 'to/file'), 'utf8'), 'x');
    umount(join(dir, 'to'), { detach: true });
  });

  test('mknodAt() makes device nodes', () => {
    const root = openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY);
    mknodAt(root, 'null', FileKind.character | 0o666, { major: 1, minor: 3 });
    assert.ok(statSync(join(dir, 'null')).isCharacterDevice());
    mknodAt(root, 'pipe', FileKind.fifo | 0o600);
    assert.ok(statSync(join(dir, 'pipe')).isFIFO());
    closeSync(root);
  });

  test('extended attributes are bytes, also of trusted names', () => {
    const path = join(dir, 'file');
    writeFileSync(path, '');
    setXattr(path, 'trusted.overlay.opaque', Buffer.from('y'));
    setXattr(path, 'user.bytes', Buffer.from([0, 255, 1]));
    setXattr(path, 'user.empty', Buffer.alloc(0));
    assert.deepEqual(new Set(listXattrs(path)), new Set(['trusted.overlay.opaque', 'user.bytes', 'user.empty']));
    assert.deepEqual(readXattrs(path).get('user.bytes'), Buffer.from([0, 255, 1]));
    removeXattr(path, 'user.bytes');
    assert.equal(readXattrs(path).has('user.bytes'), false);
    assert.throws(() => removeXattr(path, 'user.bytes'), { code: 'ENODATA' });
  });

  test('inNetns() works inside and is back outside, also when the work throws', () => {
    const pin = join(dir, 'net');
    createNetns(pin);
    const inode = (): number => statSync('/proc/thread-self/ns/net').ino;
    const home = inode();
    assert.notEqual(inNetns(pin, inode), home);
    assert.equal(inode(), home);
    assert.throws(() => inNetns(pin, () => assert.fail('thrown inside')), /thrown inside/);
    assert.equal(inode(), home);
    assert.throws(() => createNetns(pin), { code: 'EEXIST' });
    removeNetns(pin);
    removeNetns(pin);
    assert.throws(() => inNetns(pin, inode), { code: 'ENOENT' });
  });
});
