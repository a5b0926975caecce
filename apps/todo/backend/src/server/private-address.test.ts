import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivate } from './private-address.ts';

test('isPrivate() knows where a reverse proxy can live', () => {
  for (const address of ['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.1.1', '::1', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1'])
    assert.equal(isPrivate(address), true, address);
  for (const address of ['8.8.8.8', '172.32.0.1', '11.0.0.1', '2001:db8::1', '::ffff:8.8.8.8', 'nonsense', ''])
    assert.equal(isPrivate(address), false, address);
});
