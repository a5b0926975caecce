import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EngineError } from '../base/index.ts';
import type { Nft, NftObject } from '../linux/index.ts';
import { acceptIn } from './foreign-legacy.ts';
import { acceptInForeignChains, changes, droppingChains, rulesOf } from './foreign-forward.ts';

const forward = { family: 'ip', table: 'filter', name: 'FORWARD' };
const chain = (change: Record<string, unknown>): NftObject => ({
  chain: { family: 'ip', table: 'filter', name: 'FORWARD', type: 'filter', hook: 'forward', policy: 'drop', ...change },
});
const rule = (handle: number, expr: unknown[], comment?: string): NftObject => ({ rule: { handle, expr, ...(comment ? { comment } : {}) } });
const ours = (handle: number, key: string, bridge: string, comment = 'slipway'): NftObject =>
  rule(handle, [{ match: { op: '==', left: { meta: { key } }, right: bridge } }, { counter: null }, { accept: null }], comment);

test('droppingChains() finds chains of others that drop forwarded packets', () => {
  const objects = [
    chain({}),
    chain({ policy: 'accept' }),
    chain({ hook: 'input' }),
    chain({ family: 'inet', table: 'slipway' }),
    chain({ family: 'inet', table: 'firewalld', policy: 'accept' }),
  ];
  assert.deepEqual(
    droppingChains(objects, 'slipway').map(({ family, table }) => `${family} ${table}`),
    ['ip filter', 'inet firewalld'],
  );
});

test('changes() adds what is missing at the end, and deletes what is stale, of ours only', () => {
  const rules = rulesOf(
    [rule(1, [{ jump: { target: 'DOCKER' } }]), ours(5, 'iifname', 'sw0'), ours(6, 'iifname', 'gone0'), ours(7, 'iifname', 'other0', 'slipway-2')],
    'slipway',
  );
  assert.deepEqual(changes(forward, rules, 'slipway', ['sw0']), [
    'delete rule ip filter FORWARD handle 6',
    'add rule ip filter FORWARD oifname "sw0" counter accept comment "slipway"',
  ]);
});

test('changes() goes before a rule that refuses everything', () => {
  const rules = rulesOf([rule(1, [{ jump: { target: 'zones' } }]), rule(2, [{ reject: { type: 'icmpx' } }])], 'slipway');
  assert.deepEqual(changes(forward, rules, 'slipway', ['sw0'])[0], 'insert rule ip filter FORWARD position 2 iifname "sw0" counter accept comment "slipway"');
});

test('acceptInForeignChains() looks again when a rule was taken away meanwhile', async () => {
  let lists = 0;
  const ran: string[][] = [];
  const nft: Nft = {
    list: (command) => Promise.resolve(command === 'list chains' ? [chain({})] : ++lists === 1 ? [ours(6, 'iifname', 'gone0')] : []),
    run: (commands) => {
      ran.push([...commands]);
      return ran.length === 1 ? Promise.reject(new EngineError('INTERNAL', 'nft: No such file or directory')) : Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  await acceptInForeignChains(nft, 'slipway', []);
  assert.deepEqual(ran, [['delete rule ip filter FORWARD handle 6'], []]);
});

test('acceptIn() of older tables adds what is missing, deletes what is stale, and touches nothing else', async () => {
  const listing = [
    '-P FORWARD DROP',
    '-A FORWARD -j DOCKER-USER',
    '-A FORWARD -i gone0 -m comment --comment slipway -j ACCEPT',
    '-A FORWARD -i sw0 -m comment --comment slipway -j ACCEPT',
  ];
  const ran: string[] = [];
  const run = (program: string, args: readonly string[]): Promise<string> => {
    if (args.includes('-S')) return Promise.resolve(`${listing.join('\n')}\n`);
    ran.push([program, ...args].join(' '));
    return Promise.resolve('');
  };
  await acceptIn('iptables-legacy', 'slipway', ['sw0'], run);
  assert.deepEqual(ran, [
    'iptables-legacy -w -D FORWARD -i gone0 -m comment --comment slipway -j ACCEPT',
    'iptables-legacy -w -A FORWARD -o sw0 -m comment --comment slipway -j ACCEPT',
  ]);
  ran.length = 0;
  listing[0] = '-P FORWARD ACCEPT';
  await acceptIn('iptables-legacy', 'slipway', ['sw0'], run);
  assert.equal(ran.length, 2, 'a chain that accepts by default needs none of ours');
});
