import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { TarTree } from './tar-tree.ts';

test('a sparse file is written out, but not one that would fill the memory', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-tree-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const sparse = async (sizeBytes: number): Promise<TarTree> => {
    writeFileSync(join(folder, 'hole'), '');
    truncateSync(join(folder, 'hole'), sizeBytes);
    const bytes = execFileSync('tar', ['-C', folder, '--format=pax', '--sparse', '-c', 'hole']);
    assert.ok(bytes.length < 100_000);
    return await TarTree.read([bytes] as unknown as AsyncIterable<Uint8Array>, join(folder, 'spool'));
  };
  using small = await sparse(3_000_000);
  assert.equal(small.text('hole')?.length, 3_000_000);
  small[Symbol.dispose]();
  await assert.rejects(sparse(300 << 20), /"hole" has holes of more than 268435456 bytes/);
  await assert.rejects(sparse(2 ** 42), /"hole" has holes/);
});
