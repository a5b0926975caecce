import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { openState } from './index.ts';

const skip = process.getuid?.() === 0 ? false : 'mounting a small disk needs root';

test('on a full disk a thousand records can still be written, changed and deleted', { skip }, (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-state-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir]);
  t.after(() => {
    execFileSync('umount', ['--lazy', dir]);
    rmSync(dir, { recursive: true });
  });
  using state = openState(join(dir, 'slipway.db'));
  assert.throws(() => execFileSync('sh', ['-c', `cat /dev/zero > ${dir}/zeros`], { stdio: 'ignore' }));
  const records = state.records<{ text: string }>('thing');
  for (let index = 0; index < 1000; index++) records.put(`id${index}`, { text: 'x'.repeat(1000) });
  for (let index = 0; index < 1000; index++) records.put(`id${index}`, { text: 'y'.repeat(1000) });
  for (let index = 0; index < 999; index++) records.delete(`id${index}`);
  assert.deepEqual(records.all(), [{ text: 'y'.repeat(1000) }]);
});
