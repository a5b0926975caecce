import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chooseSubnet, defaultAddressPools, parseAddressPool, uniqueLocalSubnet } from './address-pool.ts';
import { AddressBook } from './ipam.ts';
import { containsAddress, formatSubnet, mustParseSubnet, overlaps, parseSubnet } from './subnet.ts';

test('parseSubnet() masks host bits and refuses what is no CIDR', () => {
  const subnet = parseSubnet('10.98.3.7/24');
  assert.ok(subnet);
  assert.equal(formatSubnet(subnet), '10.98.3.0/24');
  assert.equal(formatSubnet(mustParseSubnet('fd00:0:0:1::5/64')), 'fd00:0:0:1::/64');
  for (const bad of ['hello', '10.0.0.0/33', '10.0.0.0', '10.0.0.0/-1', 'fd00::/129', '10.0.0.0/8/8']) assert.equal(parseSubnet(bad), undefined, bad);
});

test('containsAddress() and overlaps() keep the families apart', () => {
  const subnet = mustParseSubnet('10.0.0.0/8');
  assert.equal(containsAddress(subnet, '10.255.255.255'), true);
  assert.equal(containsAddress(subnet, '11.0.0.0'), false);
  assert.equal(containsAddress(subnet, '::a00:1'), false);
  assert.equal(overlaps(subnet, mustParseSubnet('10.1.0.0/16')), true);
  assert.equal(overlaps(subnet, mustParseSubnet('::/0')), false);
});

test('chooseSubnet() takes the first free block and jumps over routes of other engines', () => {
  const taken = ['172.17.0.0/16', '172.18.5.0/24', '172.19.0.0/16', '172.20.0.0/15'].map(mustParseSubnet);
  assert.equal(formatSubnet(chooseSubnet(defaultAddressPools, taken, 32)), '172.22.0.0/16');
  const small = [{ base: '10.0.0.0/16', size: 24 }];
  assert.equal(formatSubnet(chooseSubnet(small, [mustParseSubnet('10.0.0.0/20')], 32)), '10.0.16.0/24');
  assert.equal(formatSubnet(chooseSubnet(small, [mustParseSubnet('10.0.0.128/25')], 32)), '10.0.1.0/24');
  assert.throws(() => chooseSubnet(small, [mustParseSubnet('10.0.0.0/8')], 32), /fully subnetted/);
});

test('uniqueLocalSubnet() is stable for one seed and inside fd00::/8', () => {
  assert.deepEqual(uniqueLocalSubnet('a'), uniqueLocalSubnet('a'));
  assert.ok(containsAddress(mustParseSubnet('fd00::/8'), formatSubnet(uniqueLocalSubnet('b')).split('/')[0] ?? ''));
});

test('parseAddressPool() refuses blocks larger than the base', () => {
  assert.deepEqual(parseAddressPool('base=172.30.0.0/16,size=24'), { base: '172.30.0.0/16', size: 24 });
  assert.throws(() => parseAddressPool('base=172.30.0.0/16,size=8'), /size must be between 16 and 30/);
});

test('AddressBook gives the lowest free address, spares gateway and auxiliary ones, and takes back', () => {
  const book = new AddressBook({ Subnet: '10.0.0.0/29', Gateway: '10.0.0.1', AuxiliaryAddresses: { router: '10.0.0.3' } });
  assert.deepEqual([book.take(), book.take(), book.take()], ['10.0.0.2', '10.0.0.4', '10.0.0.5']);
  assert.throws(() => book.take('10.0.0.4'), /Address already in use/);
  assert.equal(book.take(), '10.0.0.6');
  assert.throws(() => book.take(), /no available IPv4 addresses/);
  book.release('10.0.0.4');
  book.release('10.0.0.1');
  assert.equal(book.take(), '10.0.0.4');
});

test('AddressBook stays in its range, and fixed addresses may lie outside of it', () => {
  const book = new AddressBook({ Subnet: '10.0.0.0/24', IPRange: '10.0.0.128/25', Gateway: '10.0.0.1' });
  assert.equal(book.take(), '10.0.0.128');
  assert.equal(book.take('10.0.0.7'), '10.0.0.7');
});
