import assert from 'node:assert/strict';
import { closeSync, constants, mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { makeDeepFolders } from '../../test/support/deep-folders.ts';
import { FileKind, mknodAt, removeTree, setXattr } from '../linux/index.ts';
import { readTar } from '../tar/index.ts';
import { treeTar } from './tree-tar.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root: makes a device';
const megabyte = 1 << 20;

function folder(t: TestContext): { path: string; fd: number } {
  const path = mkdtempSync(join(tmpdir(), 'slipway-tree-'));
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  t.after(() => {
    closeSync(fd);
    rmSync(path, { recursive: true });
  });
  return { path, fd };
}

test('treeTar() reads the file that it looked at, not the device that takes its place', { skip }, async (t) => {
  const { path, fd } = folder(t);
  writeFileSync(join(path, 'file'), Buffer.alloc(5 * megabyte, 'A')); // So large that others get a turn before it is opened.
  mknodAt(fd, 'zero', FileKind.character | 0o666, { major: 1, minor: 5 });
  const pieces = treeTar({ directory: fd, name: 'file', as: 'file' }).toArray();
  process.nextTick(() => renameSync(join(path, 'zero'), join(path, 'file')));
  const contents = Buffer.concat((await pieces) as Buffer[]).subarray(-6 * megabyte);
  assert.ok(contents.includes(Buffer.alloc(5 * megabyte, 'A')));
});

test('treeTar() keeps capabilities and attributes of the user', { skip }, async (t) => {
  const { path, fd } = folder(t);
  writeFileSync(join(path, 'file'), 'x');
  setXattr(join(path, 'file'), 'user.note', Buffer.from('kept'));
  for await (const { entry } of readTar(treeTar({ directory: fd, name: 'file', as: 'file' }))) assert.equal(entry.xattrs?.get('user.note')?.toString(), 'kept');
});

test('treeTar() does not go down for ever', { skip }, async (t) => {
  const { path, fd } = folder(t);
  makeDeepFolders(path);
  await assert.rejects(treeTar({ directory: fd, name: '.', as: '' }).toArray(), /file name too long/);
  await removeTree(`${path}/abcd`);
});
