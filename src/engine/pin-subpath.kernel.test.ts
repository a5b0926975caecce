import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { bindMount, umount } from '../linux/index.ts';
import { dropStalePins, pinSubpath } from './pin-subpath.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root: mounts';

test('a subpath is bound as it was checked, also when a link takes its place', { skip }, (t) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-subpath-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const name of ['host', 'target', 'volume/sub']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'host/secret'), '');
  writeFileSync(join(root, 'volume/sub/own'), '');
  const [volume, folder] = [join(root, 'volume'), join(root, 'pins')];
  let path: string;
  {
    using pins = new DisposableStack();
    path = pinSubpath(volume, 'sub', { folder, pins });
    renameSync(join(volume, 'sub'), join(volume, 'was'));
    symlinkSync(join(root, 'host'), join(volume, 'sub'));
    bindMount(path, join(root, 'target'));
    assert.deepEqual(readdirSync(join(root, 'target')), ['own']);
    umount(join(root, 'target'));
    assert.throws(() => pinSubpath(volume, 'sub', { folder, pins }), { code: 'EXDEV' });
  }
  assert.ok(!existsSync(path));
  pinSubpath(volume, 'was/own', { folder, pins: { defer: () => {} } }); // As an engine leaves it that is killed now.
  dropStalePins(folder);
  assert.deepEqual(readdirSync(folder), []);
  assert.ok(existsSync(join(volume, 'was/own')));
});
