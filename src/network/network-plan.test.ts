import assert from 'node:assert/strict';
import { test } from 'node:test';

import { planNetwork } from './network-plan.ts';

const context = {
  networks: [],
  pools: [{ base: '10.99.0.0/16', size: 24 }],
  taken: () => [],
  bridgePrefix: 'slw',
  id: 'a'.repeat(64),
  created: '2026-01-01T00:00:00Z',
};
const plan = (options: Record<string, string>) => planNetwork({ Name: 'net', Options: options }, context);

test('names that become part of firewall rules cannot bring rules of their own', () => {
  assert.equal(plan({ 'com.docker.network.bridge.name': 'br-0.a_b' }).link, 'br-0.a_b');
  for (const name of ['a"b', 'a;b', 'a{b', 'a/b', 'x'.repeat(16)])
    assert.throws(() => plan({ 'com.docker.network.bridge.name': name }), { code: 'INVALID_ARGUMENT', message: /invalid bridge name/ });
  const trusted = 'com.docker.network.bridge.trusted_host_interfaces';
  assert.ok(plan({ [trusted]: 'eth0:wg-a@b' }));
  for (const name of ['x" accept; #', 'x";flush', 'a b'])
    assert.throws(() => plan({ [trusted]: `eth0:${name}` }), { code: 'INVALID_ARGUMENT', message: /invalid interface name/ });
});
