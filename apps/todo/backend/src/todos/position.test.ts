import assert from 'node:assert/strict';
import { test } from 'node:test';
import { positionBetween, positionsAfter } from './position.ts';

test('positionBetween() always finds a key between, a thousand times at the same place', () => {
  for (const grow of ['left', 'right'] as const) {
    let before: string | null = positionBetween(null, null);
    let after: string | null = positionBetween(before, null);
    for (let index = 0; index < 1000; index++) {
      const key = positionBetween(before, after);
      assert.ok((before === null || key > before) && (after === null || key < after), `${before} ${key} ${after}`);
      if (grow === 'left') after = key;
      else before = key;
    }
    assert.ok((before ?? '').length < 500 && (after ?? '').length < 500, 'keys stay short enough for the schema');
  }
});

test('positionBetween() gives two people who add at the end different keys', () => {
  const keys = new Set(Array.from({ length: 200 }, () => positionBetween('a0', null)));
  assert.ok(keys.size > 190, `${keys.size} different of 200`);
});

test('positionsAfter() ascends', () => {
  const keys = positionsAfter('a5', 500);
  assert.deepEqual([...keys].sort(), keys);
  assert.ok(String(keys[0]) > 'a5');
});
