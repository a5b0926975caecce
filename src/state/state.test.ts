import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';

import { openState } from './index.ts';

interface Thing {
  name: string;
}

function temporary(): Disposable & { file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-state-'));
  return { file: join(folder, 'slipway.db'), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

test('records() keeps values by kind and id, oldest first', () => {
  using state = openState(':memory:');
  const things = state.records<Thing>('thing');
  things.put('b', { name: 'first' });
  things.put('a', { name: 'second' });
  things.put('b', { name: 'first, changed' });
  state.records<Thing>('other').put('b', { name: 'other' });
  assert.deepEqual(things.all(), [{ name: 'first, changed' }, { name: 'second' }]);
  assert.equal(things.delete('b'), true);
  assert.equal(things.delete('b'), false);
  assert.equal(things.get('b'), undefined);
  assert.deepEqual(state.records<Thing>('other').entries(), [['b', { name: 'other' }]]);
});

test('transaction() keeps all writes or none, and nested ones join', () => {
  using state = openState(':memory:');
  const things = state.records<Thing>('thing');
  assert.throws(() =>
    state.transaction(() => {
      things.put('a', { name: 'a' });
      state.transaction(() => things.put('b', { name: 'b' }));
      throw new Error('no');
    }),
  );
  assert.deepEqual(things.all(), []);
  state.transaction(() => things.put('a', { name: 'a' }));
  assert.equal(things.all().length, 1);
});

test('openState() finds its records again, readable by the owner only', async () => {
  using folder = temporary();
  openState(folder.file).records<Thing>('thing').put('a', { name: 'a' });
  using again = openState(folder.file);
  assert.deepEqual(again.records<Thing>('thing').get('a'), { name: 'a' });
  const { statSync } = await import('node:fs');
  assert.equal(statSync(folder.file).mode & 0o777, 0o600);
});

test('openState() refuses a file that is no database and one of a newer engine', () => {
  using folder = temporary();
  writeFileSync(folder.file, 'no database at all, but long enough to be looked at '.repeat(20));
  assert.throws(() => openState(folder.file), { code: 'DATA_LOSS', message: /Cannot open the state database/ });
  rmSync(folder.file);
  const database = new DatabaseSync(folder.file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  assert.throws(() => openState(folder.file), { code: 'FAILED_PRECONDITION', message: /version 99/ });
});
