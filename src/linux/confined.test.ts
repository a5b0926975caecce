import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Worker } from 'node:worker_threads';

import { systemCode } from '../base/index.ts';
import { chmodAt, linkAt, mkdirAt, renameAt, rmdirAt, symlinkAt, unlinkAt, utimesAt } from './at-calls.ts';
import { fdPath, openBeneath, openInRoot } from './confined.ts';
import { tryLock } from './flock.ts';
import { nextData, punchHole } from './sparse.ts';
import { connectUnix, socketPair, socketQueuedBytes } from './unix-socket.ts';

let dir: string;
let root: number;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-confined-'));
  mkdirSync(join(dir, 'root/inner'), { recursive: true });
  writeFileSync(join(dir, 'outside'), 'outside');
  writeFileSync(join(dir, 'root/inside'), 'inside');
  root = openSync(join(dir, 'root'), constants.O_RDONLY | constants.O_DIRECTORY);
});
afterEach(() => {
  closeSync(root);
  rmSync(dir, { recursive: true, force: true });
});

const read = (path: string): string => {
  const fd = openInRoot(root, path);
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
};
const code = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return systemCode(error);
  }
};

test('openInRoot() bends absolute paths, absolute links and ".." back into the root', () => {
  symlinkSync('/inside', join(dir, 'root/absolute'));
  symlinkSync('../../../../../inside', join(dir, 'root/inner/up'));
  for (const path of ['/inside', '../../inside', 'absolute', 'inner/up', '/inner/../../inside']) assert.equal(read(path), 'inside', path);
  symlinkSync(join(dir, 'outside'), join(dir, 'root/escape'));
  assert.equal(
    code(() => read('escape')),
    'ENOENT',
  );
});

test('openInRoot() refuses magic links', () => {
  const proc = openSync('/proc', constants.O_RDONLY | constants.O_DIRECTORY);
  assert.equal(
    code(() => openInRoot(proc, 'self/root/etc/passwd')),
    'ELOOP',
  );
  assert.equal(
    code(() => openInRoot(proc, `self/fd/${root}`)),
    'ELOOP',
  );
  closeSync(proc);
});

test('openBeneath() fails instead of bending', () => {
  symlinkSync('/inside', join(dir, 'root/absolute'));
  assert.equal(
    code(() => openBeneath(root, '../outside')),
    'EXDEV',
  );
  assert.equal(
    code(() => openBeneath(root, 'absolute')),
    'EXDEV',
  );
  closeSync(openBeneath(root, 'inside'));
});

test('openInRoot() stays inside while somebody swaps a directory for a link (CVE-2018-15664)', async () => {
  symlinkSync(dir, join(dir, 'root/link'));
  mkdirSync(join(dir, 'root/swapped'));
  writeFileSync(join(dir, 'root/swapped/outside'), 'inside');
  const swapper = new Worker(
    `const { renameSync } = require('node:fs'); const { parentPort, workerData: root } = require('node:worker_threads');
     const turn = () => {
       for (let i = 0; i < 200; i++) { renameSync(root + '/swapped', root + '/aside'); renameSync(root + '/link', root + '/swapped'); renameSync(root + '/swapped', root + '/link'); renameSync(root + '/aside', root + '/swapped'); }
       setImmediate(turn); };
     parentPort.postMessage('ready'); turn();`,
    { eval: true, workerData: join(dir, 'root') },
  );
  await new Promise((resolve) => swapper.once('message', resolve));
  const seen = new Set<string>();
  for (let round = 0; round < 20_000; round++) {
    const failure = code(() => seen.add(read('swapped/outside')));
    if (failure !== undefined) assert.ok(['ENOENT', 'ENOTDIR', 'EAGAIN'].includes(failure), failure);
  }
  await swapper.terminate();
  assert.ok(!seen.has('outside'));
});

test('the *At calls change one name in an open directory', () => {
  mkdirAt(root, 'made', 0o755);
  chmodAt(root, 'made', 0o700);
  assert.equal(statSync(join(dir, 'root/made')).mode & 0o777, 0o700);
  symlinkAt('/anywhere', root, 'sym');
  assert.equal(readlinkSync(join(dir, 'root/sym')), '/anywhere');
  linkAt(root, 'inside', root, 'hard');
  assert.equal(statSync(join(dir, 'root/hard')).nlink, 2);
  utimesAt(root, 'hard', { seconds: 1, nanoseconds: 2 }, { seconds: 3, nanoseconds: 4 });
  assert.equal(statSync(join(dir, 'root/hard'), { bigint: true }).mtimeNs, 3_000_000_004n);
  assert.equal(
    code(() => renameAt(root, 'hard', root, 'sym', 'noReplace')),
    'EEXIST',
  );
  renameAt(root, 'hard', root, 'sym', 'exchange');
  assert.equal(readlinkSync(join(dir, 'root/hard')), '/anywhere');
  unlinkAt(root, 'sym');
  rmdirAt(root, 'made');
  assert.ok(!existsSync(join(dir, 'root/made')));
});

test('chmodAt() leaves alone what a link points to', () => {
  chmodSync(join(dir, 'outside'), 0o600);
  symlinkAt(join(dir, 'outside'), root, 'sym');
  const failure = code(() => chmodAt(root, 'sym', 0o4777));
  assert.equal(statSync(join(dir, 'outside')).mode & 0o7777, 0o600);
  assert.ok(['EOPNOTSUPP', 'ENOTSUP'].includes(failure ?? ''), failure);
});

test('names may be bytes that are no UTF-8, but never hold a NUL', () => {
  const name = Buffer.from([0x66, 0xff, 0x6f]);
  mkdirAt(root, name, 0o755);
  assert.ok(existsSync(Buffer.concat([Buffer.from(`${join(dir, 'root')}/`), name])));
  rmdirAt(root, name);
  assert.throws(() => mkdirAt(root, 'a\0b', 0o755), TypeError);
  assert.throws(() => mkdirAt(root, 5 as never, 0o755), TypeError);
});

test('errors carry the system’s code and call', () => {
  assert.throws(() => mkdirAt(root, 'inside', 0o755), { code: 'EEXIST', syscall: 'mkdirat', errno: -17 });
});

test('fdPath() reaches a renamed directory', () => {
  renameSync(join(dir, 'root'), join(dir, 'moved'));
  assert.equal(readFileSync(fdPath(root, 'inside'), 'utf8'), 'inside');
  renameSync(join(dir, 'moved'), join(dir, 'root'));
});

test('tryLock() is held until the descriptor is closed', () => {
  const first = openSync(join(dir, 'outside'), 'r');
  const second = openSync(join(dir, 'outside'), 'r');
  assert.equal(tryLock(first), true);
  assert.equal(tryLock(second), false);
  closeSync(first);
  assert.equal(tryLock(second), true);
  closeSync(second);
});

test('nextData() and punchHole() see holes', () => {
  const path = join(dir, 'sparse');
  writeFileSync(path, Buffer.alloc(1 << 20, 1));
  const fd = openSync(path, 'r+');
  punchHole(fd, 0, 1 << 19);
  assert.equal(nextData(fd, 0), 1 << 19);
  punchHole(fd, 0, 1 << 20);
  assert.equal(nextData(fd, 0), undefined);
  assert.equal(statSync(path).size, 1 << 20);
  closeSync(fd);
});

test('socketPair() and socketQueuedBytes() tell what the peer has not read', () => {
  const [one, other] = socketPair();
  writeFileSync(one, 'hello');
  assert.ok(socketQueuedBytes(one) > 0);
  closeSync(one);
  closeSync(other);
  assert.throws(() => connectUnix(join(dir, 'nothing')), { code: 'ENOENT' });
  assert.throws(() => connectUnix('x'.repeat(200)), { code: 'ENAMETOOLONG' });
});
