import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { dial, hostLinks, networkBench, resolveFrom, run, serveTcp, skipWithoutRoot as skip } from '../../test/support/network-bench.ts';
import { openState } from '../state/index.ts';
import { openNetworks } from './index.ts';
import type { SandboxRecord } from './record.ts';

const published = { portBindings: { '80/tcp': [{ HostPort: '' }] } };

test('after a restart addresses, names, ports and rules are those of before', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'mine' });
  const web = await bench.open('web', { mode: 'mine', ...published });
  const asker = await bench.open('asker', { mode: 'mine' });
  await serveTcp(t, web.netnsPath, 80, 'hello');
  const port = Number(web.ports['80/tcp']?.[0]?.HostPort);
  const before = bench.store.sandbox(web.containerId);
  await bench.restart();
  assert.deepEqual(bench.store.sandbox(web.containerId), before);
  assert.match(await dial('127.0.0.1', port), /hello/);
  assert.match(await dial('::1', port), /hello/);
  assert.deepEqual(await resolveFrom(asker.netnsPath, 'web'), [web.networks['mine']?.IPAddress]);
  const next = await bench.open('next', { mode: 'mine' });
  assert.notEqual(next.networks['mine']?.IPAddress, web.networks['mine']?.IPAddress);
  await assert.rejects(bench.open('late', { portBindings: { '80/tcp': [{ HostPort: String(port) }] } }), /held by container web/);
});

test('a port answers while no engine runs', { skip }, async (t) => {
  const bench = await networkBench(t);
  const web = await bench.open('web', published);
  await serveTcp(t, web.netnsPath, 80, 'hello');
  await bench.store.close();
  assert.match(await dial('127.0.0.1', Number(web.ports['80/tcp']?.[0]?.HostPort)), /hello/);
  await bench.restart();
});

test('restore() forgets containers that are gone, and removes their namespaces, links and ports', { skip }, async (t) => {
  const bench = await networkBench(t);
  const web = await bench.open('web', published);
  const port = Number(web.ports['80/tcp']?.[0]?.HostPort);
  const [record] = bench.state.records<SandboxRecord>('sandbox').all();
  const link = record?.endpoints[0]?.hostLink ?? '';
  assert.ok(hostLinks().includes(link));
  await bench.store.close();
  const after = openNetworks({ state: bench.state, netnsDir: dirname(web.netnsPath), bridgePrefix: bench.prefix, nftTable: bench.table });
  await after.restore([]);
  bench.store = after;
  assert.equal(after.sandbox(web.containerId), undefined);
  assert.equal(await dial('127.0.0.1', port), 'ECONNREFUSED');
  assert.ok(!readdirSync(dirname(web.netnsPath)).includes(web.sandboxId.slice(0, 12)));
  assert.ok(!hostLinks().includes(link));
  assert.deepEqual(bench.state.records('sandbox').all(), []);
});

test('restore() makes bridges and rules again that somebody removed', { skip }, async (t) => {
  const bench = await networkBench(t);
  const { id } = await bench.store.create({ Name: 'mine' });
  const bridge = `${bench.prefix}-${id.slice(0, 12)}`.slice(0, 15);
  run('ip', 'link', 'del', bridge);
  run('nft', 'delete', 'table', 'inet', bench.table);
  await bench.restart();
  const one = await bench.open('one', { mode: 'mine', ...published });
  await serveTcp(t, one.netnsPath, 80, 'hello');
  assert.match(await dial('127.0.0.1', Number(one.ports['80/tcp']?.[0]?.HostPort)), /hello/);
});

test('restore() removes a bridge of ours that no record knows, and leaves one of another engine alone', { skip }, async (t) => {
  const bench = await networkBench(t);
  const other = await networkBench(t);
  const { id } = await bench.store.create({ Name: 'mine' });
  const theirs = await other.store.create({ Name: 'theirs' });
  bench.state.records('network').delete(id);
  await bench.restart();
  assert.ok(!hostLinks().some((name) => name.startsWith(`${bench.prefix}-`)));
  assert.ok(hostLinks().some((name) => `${other.prefix}-${theirs.id}`.startsWith(name)));
});

test('an engine refuses the table of another one that lives', { skip }, async (t) => {
  const bench = await networkBench(t);
  const dir = mkdtempSync(join(tmpdir(), 'slipway-stranger-'));
  const stranger = openNetworks({ state: openState(':memory:'), netnsDir: join(dir, 'netns'), bridgePrefix: bench.prefix, nftTable: bench.table });
  t.after(async () => {
    await stranger.close();
    rmSync(dir, { recursive: true });
  });
  await assert.rejects(stranger.restore([]), /the nftables table "slipway-\w+" belongs to the engine of .*netns; give this one its own with --nft-table/);
});

test('restore() removes what is left of an engine whose directory is gone', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-gone-'));
  const table = `slipway-gone${process.pid}`;
  const prefix = `g${process.pid}`.slice(0, 6);
  const gone = openNetworks({ state: openState(':memory:'), netnsDir: join(dir, 'netns'), bridgePrefix: prefix, nftTable: table });
  await gone.restore([]);
  await gone.close();
  for (const name of readdirSync(join(dir, 'netns'))) run('umount', join(dir, 'netns', name));
  rmSync(dir, { recursive: true });
  await networkBench(t);
  assert.ok(!hostLinks().includes(`${prefix}0`));
  assert.doesNotMatch(run('nft', 'list', 'ruleset'), new RegExp(table));
});

test('foreign chains that drop by default let our bridges through, and nothing else of them changes', { skip }, async (t) => {
  const chain = `slipwaytest${process.pid}`;
  run(
    'nft',
    `add table inet ${chain}; add chain inet ${chain} through { type filter hook forward priority 5; policy accept; }; add rule inet ${chain} through iifname "nosuch0" drop`,
  );
  t.after(() => run('nft', 'delete', 'table', 'inet', chain));
  const bench = await networkBench(t);
  const rules = (): string => run('nft', 'list', 'table', 'inet', chain);
  assert.doesNotMatch(rules(), new RegExp(bench.table), 'a chain that accepts by default needs nothing from us');
  run('nft', 'add', 'chain', 'inet', chain, 'through', '{ policy drop; }');
  const { id } = await bench.store.create({ Name: 'mine' });
  const bridge = `${bench.prefix}-${id.slice(0, 12)}`.slice(0, 15);
  for (const match of [`iifname "${bridge}"`, `oifname "${bridge}"`])
    assert.match(rules(), new RegExp(`${match} counter packets \\d+ bytes \\d+ accept comment "${bench.table}"`));
  const lines = rules().split('\n');
  assert.ok(lines.findIndex((line) => line.includes('nosuch0')) < lines.findIndex((line) => line.includes(bridge)), 'behind the rules that were there');
  await bench.store.remove('mine');
  assert.doesNotMatch(rules(), new RegExp(bridge));
  assert.match(rules(), /iifname "nosuch0" drop/);
});
