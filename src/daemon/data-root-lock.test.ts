import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { lockDataRoot } from './data-root-lock.ts';

test('a data root is for one engine, and nobody else can enter it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-root-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const root = join(folder, 'data');
  const mode = (): number => statSync(root).mode & 0o777;
  {
    using _ = lockDataRoot(root);
    assert.equal(mode(), 0o710);
    assert.throws(() => lockDataRoot(root), { code: 'FAILED_PRECONDITION', message: new RegExp(`in use by another engine .process ${process.pid}.`) });
  }
  chmodSync(root, 0o711); // As engines made it before.
  using _ = lockDataRoot(root);
  assert.equal(mode(), 0o710);
});
