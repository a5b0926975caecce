import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { differences, MissExplainer } from './explain-miss.ts';
import { cacheKey } from './ingredients.ts';
import type { Ingredients } from './ingredients.ts';

function ingredients(fields: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): Ingredients {
  return { fields, files: new Map(Object.entries(files)) };
}

function between(before: Ingredients, now: Ingredients): string[] {
  return differences({ fields: before.fields, files: Object.fromEntries(before.files) }, now);
}

test('differences() names what changed, and not the step below then', () => {
  assert.deepEqual(between(ingredients({ parent: 'a', 'variable VERSION': '1' }), ingredients({ parent: 'b', 'variable VERSION': '2' })), [
    'variable VERSION changed: 1 → 2',
  ]);
  assert.deepEqual(between(ingredients({ command: 'a' }), ingredients({ command: 'a', user: 'x' })), ['user is new: x']);
  assert.deepEqual(between(ingredients({ parent: 'a' }), ingredients({ parent: 'b' })), ['a step before it changed']);
  assert.deepEqual(between(ingredients({ parent: 'a' }), ingredients({ parent: 'a' })), ['its layer was removed from the cache']);
});

test('differences() names files, the first few of many', () => {
  const before = ingredients({ files: '1' }, { a: '1', b: '1', c: '1' });
  assert.deepEqual(between(before, ingredients({ files: '2' }, { a: '2', c: '1', d: '1' })), ['file changed: a', 'file removed: b', 'file added: d']);
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`f${at}`, 'x']));
  assert.deepEqual(between(ingredients({ files: '1' }), ingredients({ files: '2' }, many)).at(-1), 'and 4 more files');
});

test('MissExplainer remembers across instances; a new step has no reasons', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-explain-'));
  try {
    await new MissExplainer(folder).remember('slot', ingredients({ command: 'a' }));
    const explainer = new MissExplainer(folder);
    assert.deepEqual(await explainer.explain('slot', ingredients({ command: 'b' })), ['command changed: a → b']);
    assert.deepEqual(await explainer.explain('other', ingredients({ command: 'b' })), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('cacheKey() depends on every field, not on their order', () => {
  assert.equal(cacheKey(ingredients({ a: '1', b: '2' })), cacheKey(ingredients({ b: '2', a: '1' }, { x: 'y' })));
  assert.notEqual(cacheKey(ingredients({ a: '1', b: '2' })), cacheKey(ingredients({ a: '12', b: '' })));
});
