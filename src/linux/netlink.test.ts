import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attribute, attributesOf, nest, text, u32 } from './netlink.ts';
import { addressBytes, addressText, socketAddress } from './netlink-ip.ts';

test('attribute() pads to four bytes and keeps the unpadded length', () => {
  assert.deepEqual(attribute(3, Buffer.from('abcde')), Buffer.from([9, 0, 3, 0, 97, 98, 99, 100, 101, 0, 0, 0]));
});

test('attributesOf() finds nested attributes behind a fixed struct, and stops at a broken length', () => {
  const body = Buffer.concat([Buffer.alloc(8), nest(18, text(1, 'veth')), u32(4, 1500)]);
  const found = attributesOf(body, 8);
  assert.equal(found.get(4)?.readUInt32LE(0), 1500);
  assert.equal(
    attributesOf(found.get(18) ?? Buffer.alloc(0), 0)
      .get(1)
      ?.toString(),
    'veth\0',
  );
  assert.equal(attributesOf(Buffer.from([2, 0, 1, 0]), 0).size, 0);
});

test('addressBytes() and addressText() agree on every spelling', () => {
  const spellings = {
    '127.0.0.1': '127.0.0.1',
    '::': '::',
    '::1': '::1',
    'FD00:0:0:1::5': 'fd00:0:0:1::5',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    '1:0:0:2:0:0:0:3': '1:0:0:2::3',
    '::ffff:10.0.0.1': '::ffff:a00:1',
    'fe80::1%eth0': 'fe80::1',
  };
  for (const [given, normal] of Object.entries(spellings)) assert.equal(addressText(addressBytes(given)), normal);
  assert.throws(() => addressBytes('300.1.1.1'), /invalid IP address: 300.1.1.1/);
});

test('socketAddress() is a sockaddr with port and address in network order', () => {
  assert.deepEqual(socketAddress('127.0.0.11', 53), Buffer.from([2, 0, 0, 53, 127, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0]));
  assert.equal(socketAddress('::1', 53).length, 28);
});
