import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { DnsForwarder, tcpFrame } from './dns-forward.ts';
import { dnsType, encodeName } from './dns-message.ts';
import { NameIndex } from './dns-names.ts';
import { dnsAddress, DnsServer } from './dns-server.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root: enters a network namespace';

test('a client that asks and never reads is let go', { skip, timeout: 60_000 }, async (t) => {
  const asker = { view: () => ({ networks: [], links: new Map<string, string>() }), servers: () => [] };
  const server = new DnsServer('/proc/self/ns/net', { names: new NameIndex(), forwarder: new DnsForwarder(), asker });
  t.after(() => server.close());
  const head = Buffer.from([0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
  const query = tcpFrame(Buffer.concat([head, encodeName('web'), Buffer.from([0, dnsType.a, 0, 1])]));
  const many = Buffer.concat(Array.from({ length: 20_000 }, () => query));
  const client = connect({ host: dnsAddress, port: server.tcpPort });
  t.after(() => client.destroy());
  client.on('error', () => {}).pause();
  await once(client, 'connect');
  const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
  for (let round = 0; round < 60 && !client.destroyed; round++) {
    const written = new Promise((resolve) => client.write(many, resolve));
    await Promise.race([closed, written]);
  }
  assert.equal(await Promise.race([closed, delay(5000, 'still there', { ref: false })]), 'closed');
});
