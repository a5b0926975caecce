import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { openRuntime } from './index.ts';

test('engines that start at the same moment do not end one another’s self-test', { skip: process.getuid?.() === 0 ? false : 'needs root' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-runtime-'));
  try {
    const open = async (name: string): Promise<void> => {
      await using runtime = await openRuntime({ dataRoot: join(folder, name, 'data'), execRoot: join(folder, name, 'exec') });
      assert.equal(runtime.name, 'crun');
    };
    await Promise.all(Array.from({ length: 8 }, (_, index) => open(String(index))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
