import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atLeast, compareVersions, negotiateVersion } from './version.ts';

test('compareVersions() orders by number, not by text', () => {
  assert.ok(compareVersions('1.9', '1.24') < 0);
  assert.equal(compareVersions('1.44', '1.44'), 0);
  assert.ok(atLeast('1.51', '1.44'));
  assert.ok(!atLeast('1.24', '1.44'));
});

test('negotiateVersion() takes the older side', () => {
  assert.equal(negotiateVersion('1.51', '1.41'), '1.41');
  assert.equal(negotiateVersion('1.30', '1.51'), '1.30');
});
