import assert from 'node:assert/strict';
import { closeSync, constants, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { mkdirAt, symlinkAt } from './at-calls.ts';
import { fdPath, openBeneath } from './confined.ts';
import { removeTree } from './remove-tree.ts';

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY;

test('removeTree() removes folders that no path reaches any more, and follows no link', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-remove-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'kept'));
  writeFileSync(join(folder, 'kept/file'), '');
  for (const name of ['n'.repeat(255), 'a']) {
    const root = join(folder, 'root');
    mkdirSync(join(root, 'side'), { recursive: true });
    let fd = openSync(root, folderFlags);
    for (let depth = 0; depth < 2000; depth++) {
      mkdirAt(fd, name, 0o755);
      if (depth % 100 === 0) symlinkAt(join(folder, 'kept'), fd, 'link');
      if (depth % 100 === 0) writeFileSync(fdPath(fd, 'file'), '');
      const next = openBeneath(fd, name, folderFlags);
      closeSync(fd);
      fd = next;
    }
    closeSync(fd);
    await removeTree(root);
    assert.ok(!existsSync(root), name);
  }
  assert.ok(existsSync(join(folder, 'kept/file')));
  await removeTree(join(folder, 'nothing'));
});
