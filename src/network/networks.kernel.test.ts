import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hostAddress, hostLinks, networkBench, run, skipWithoutRoot as skip, dial, dialFrom, inside, serveTcp } from '../../test/support/network-bench.ts';

interface LinkJson {
  ifname: string;
  mtu: number;
  operstate: string;
  address: string;
  addr_info: { family: string; local: string; prefixlen: number }[];
}

async function linksIn(netnsPath: string): Promise<LinkJson[]> {
  return JSON.parse(await inside(netnsPath, 'ip', ['-j', 'addr'])) as LinkJson[];
}

async function defaultRoutes(netnsPath: string, family = '-4'): Promise<{ gateway: string; dev: string }[]> {
  return JSON.parse(await inside(netnsPath, 'ip', ['-j', family, 'route', 'show', 'default'])) as { gateway: string; dev: string }[];
}

test('a container of the default bridge has the address, MAC and route that its settings say', { skip }, async (t) => {
  const bench = await networkBench(t);
  const { netnsPath, networks } = await bench.open('one');
  const settings = networks['bridge'];
  const links = await linksIn(netnsPath);
  const eth0 = links.find(({ ifname }) => ifname === 'eth0');
  assert.deepEqual(
    links.map(({ ifname }) => ifname),
    ['lo', 'eth0'],
  );
  assert.deepEqual(
    eth0?.addr_info.map(({ local, prefixlen }) => ({ local, prefixlen })),
    [{ local: settings?.IPAddress, prefixlen: settings?.IPPrefixLen }],
  );
  assert.equal(eth0?.address, settings?.MacAddress);
  assert.equal(eth0?.mtu, 1500);
  assert.deepEqual(
    (await defaultRoutes(netnsPath)).map(({ gateway, dev }) => ({ gateway, dev })),
    [{ gateway: settings?.Gateway, dev: 'eth0' }],
  );
});

test('a bridge network takes its subnet, gateway, range, name, MTU and labels from the request', { skip }, async (t) => {
  const bench = await networkBench(t);
  const name = `${bench.prefix}x`;
  await bench.store.create({
    Name: 'given',
    IPAM: { Config: [{ Subnet: '10.99.7.0/24', IPRange: '10.99.7.128/25', Gateway: '10.99.7.9', AuxiliaryAddresses: { printer: '10.99.7.128' } }] },
    Options: { 'com.docker.network.bridge.name': name, 'com.docker.network.driver.mtu': '1400' },
    Labels: { a: 'b' },
  });
  const [bridge] = JSON.parse(run('ip', '-j', 'addr', 'show', name)) as LinkJson[];
  assert.equal(bridge?.mtu, 1400);
  assert.deepEqual(
    bridge?.addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    ['10.99.7.9/24'],
  );
  const one = await bench.open('one', { mode: 'given' });
  const two = await bench.open('two', { mode: 'given', endpoints: { given: { IPAMConfig: { IPv4Address: '10.99.7.5' }, MacAddress: '02:00:00:00:00:07' } } });
  assert.equal(one.networks['given']?.IPAddress, '10.99.7.129');
  assert.equal(two.networks['given']?.IPAddress, '10.99.7.5');
  assert.equal((await linksIn(two.netnsPath)).find(({ ifname }) => ifname === 'eth0')?.address, '02:00:00:00:00:07');
  assert.deepEqual(
    bench.store.list({ label: ['a=b'] }).map(({ Name }) => Name),
    ['given'],
  );
});

test('an IPv6 network gives both addresses, and a network without it no IPv6 at all', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'six', EnableIPv6: true });
  const { netnsPath, networks } = await bench.open('one', { mode: 'six', endpoints: { six: {}, bridge: {} } });
  const settings = networks['six'];
  assert.match(settings?.GlobalIPv6Address ?? '', /^fd/);
  const links = await linksIn(netnsPath);
  const addresses = (name: string): string[] => (links.find(({ ifname }) => ifname === name)?.addr_info ?? []).map(({ local }) => local);
  assert.ok(addresses('eth0').includes(settings?.GlobalIPv6Address ?? ''));
  assert.deepEqual(addresses('eth1'), [networks['bridge']?.IPAddress]);
  assert.equal((await defaultRoutes(netnsPath, '-6'))[0]?.gateway, settings?.IPv6Gateway);
});

test('containers of one network reach one another, containers of two networks do not', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'other' });
  const server = await bench.open('server');
  const friend = await bench.open('friend');
  const stranger = await bench.open('stranger', { mode: 'other' });
  await serveTcp(t, server.netnsPath, 80, 'hello');
  const address = server.networks['bridge']?.IPAddress ?? '';
  assert.equal(await dialFrom(friend.netnsPath, address, 80), `hello ${friend.networks['bridge']?.IPAddress}`);
  assert.doesNotMatch(await dialFrom(stranger.netnsPath, address, 80), /hello/);
});

test('enable_icc=false keeps neighbours apart, and a published port still reaches them', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'apart', Options: { 'com.docker.network.bridge.enable_icc': 'false' } });
  const server = await bench.open('server', { mode: 'apart', portBindings: { '80/tcp': [{ HostPort: '' }] } });
  const friend = await bench.open('friend', { mode: 'apart' });
  await serveTcp(t, server.netnsPath, 80, 'hello');
  assert.doesNotMatch(await dialFrom(friend.netnsPath, server.networks['apart']?.IPAddress ?? '', 80), /hello/);
  assert.match(await dial('127.0.0.1', Number(server.ports['80/tcp']?.[0]?.HostPort)), /hello/);
});

test('an internal network leads nowhere: no default route, no published port, no other network', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'inner', Internal: true });
  const closed = await bench.open('closed', { mode: 'inner', portBindings: { '80/tcp': [{ HostPort: '' }] } });
  const web = await bench.open('web', { portBindings: { '80/tcp': [{ HostPort: '' }] } });
  await serveTcp(t, web.netnsPath, 80, 'hello');
  assert.deepEqual(closed.ports, {});
  assert.deepEqual(await defaultRoutes(closed.netnsPath), []);
  // Even with a route of its own making, nothing is passed on.
  await inside(closed.netnsPath, 'ip', ['route', 'add', 'default', 'via', bench.store.inspect('inner').IPAM.Config?.[0]?.Gateway ?? '']);
  const host = hostAddress();
  if (host) assert.doesNotMatch(await dialFrom(closed.netnsPath, host, Number(web.ports['80/tcp']?.[0]?.HostPort)), /hello/);
  assert.doesNotMatch(await dialFrom(closed.netnsPath, web.networks['bridge']?.IPAddress ?? '', 80), /hello/);
});

test('connect() and disconnect() change links, routes and published ports of a running container', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'front' });
  await bench.store.create({ Name: 'inner', Internal: true });
  const { netnsPath, containerId } = await bench.open('one', { mode: 'inner', portBindings: { '80/tcp': [{ HostPort: '' }] } });
  await serveTcp(t, netnsPath, 80, 'hello');
  const connected = await bench.store.connect(containerId, 'front');
  const port = Number(connected.ports['80/tcp']?.[0]?.HostPort);
  assert.match(await dial('127.0.0.1', port), /hello/);
  assert.equal((await defaultRoutes(netnsPath))[0]?.dev, 'eth1');
  assert.match(connected.files.hosts, new RegExp(`^${connected.networks['front']?.IPAddress}\t`, 'm'));
  const left = await bench.store.disconnect(containerId, 'front');
  assert.deepEqual(left.ports, {});
  assert.equal(await dial('127.0.0.1', port), 'ECONNREFUSED');
  assert.deepEqual(
    (await linksIn(netnsPath)).map(({ ifname }) => ifname),
    ['lo', 'eth0'],
  );
  await assert.rejects(bench.store.disconnect(containerId, 'front'), { message: `container ${containerId} is not connected to network front` });
  await assert.rejects(bench.store.connect(containerId, 'inner'), /endpoint with name one already exists in network inner/);
  await assert.rejects(bench.store.connect(containerId, 'host'), /cannot connect container to host network/);
  await bench.store.remove('front');
});

test('the gateway is that of the highest priority, then of the first name', { skip }, async (t) => {
  const bench = await networkBench(t);
  for (const Name of ['alpha', 'beta', 'gamma']) await bench.store.create({ Name });
  const one = await bench.open('one', { mode: 'gamma', endpoints: { gamma: {}, beta: {}, alpha: {} } });
  const two = await bench.open('two', { mode: 'alpha', endpoints: { alpha: {}, beta: { GwPriority: 10 } } });
  assert.equal((await defaultRoutes(one.netnsPath))[0]?.gateway, one.networks['alpha']?.Gateway);
  assert.equal((await defaultRoutes(two.netnsPath))[0]?.gateway, two.networks['beta']?.Gateway);
});

test('modes host and none have no network of ours', { skip }, async (t) => {
  const bench = await networkBench(t);
  const none = await bench.open('none', { mode: 'none' });
  assert.deepEqual(
    (await linksIn(none.netnsPath)).map(({ ifname }) => ifname),
    ['lo'],
  );
  const host = await bench.store.openSandbox({ containerId: 'h'.repeat(64), containerName: 'host', hostname: 'vm', mode: 'host' });
  assert.equal(host.netnsPath, undefined);
  assert.deepEqual(Object.keys(host.networks), ['host']);
});

test('ipvlan and macvlan networks stand on a link of the host, or say that the kernel has none', { skip }, async (t) => {
  const bench = await networkBench(t);
  const parent = `${bench.prefix}p`;
  run('ip', 'link', 'add', parent, 'type', 'veth', 'peer', 'name', `${bench.prefix}q`);
  t.after(() => run('ip', 'link', 'del', parent));
  for (const end of [parent, `${bench.prefix}q`]) run('ip', 'link', 'set', end, 'up');
  for (const Driver of ['ipvlan', 'macvlan']) {
    await bench.store.create({ Name: Driver, Driver, Options: { parent } });
    const one = await bench.open(`${Driver}1`, { mode: Driver }).catch((error: unknown) => String(error));
    if (typeof one === 'string') {
      assert.match(one, /EngineError: Cannot create \w+ eth0: EOPNOTSUPP \(Unknown device type\)/);
      continue;
    }
    const two = await bench.open(`${Driver}2`, { mode: Driver });
    await serveTcp(t, one.netnsPath, 80, 'hello');
    assert.match(await dialFrom(two.netnsPath, one.networks[Driver]?.IPAddress ?? '', 80), /hello/);
  }
  await assert.rejects(
    bench.store.create({ Name: 'bad', Driver: 'ipvlan', Options: { parent: 'nosuch0' } }),
    /invalid subinterface vlan name nosuch0, example formatting is eth0.10/,
  );
  await assert.rejects(
    bench.store.create({ Name: 'bad', Driver: 'macvlan', Options: { parent, macvlan_mode: 'odd' } }),
    /requested macvlan mode 'odd' is not valid/,
  );
});

test('remove() refuses while containers are attached, and takes bridge and rules away', { skip }, async (t) => {
  const bench = await networkBench(t);
  const { id } = await bench.store.create({ Name: 'mine' });
  const { containerId } = await bench.open('one', { mode: 'mine' });
  await assert.rejects(bench.store.remove('mine'), /error while removing network: network mine has active endpoints \(name:"one" id:"[0-9a-f]{12}"\)/);
  await bench.store.closeSandbox(containerId);
  const bridge = `${bench.prefix}-${id.slice(0, 12)}`.slice(0, 15);
  assert.ok(hostLinks().includes(bridge));
  await bench.store.remove(id.slice(0, 12));
  assert.ok(!hostLinks().includes(bridge));
  assert.doesNotMatch(run('nft', 'list', 'table', 'inet', bench.table), new RegExp(bridge));
  await assert.rejects(bench.store.remove('bridge'), { code: 'PERMISSION_DENIED', message: 'bridge is a pre-defined network and cannot be removed' });
  await assert.rejects(bench.store.remove('nope'), { code: 'NOT_FOUND', message: 'network nope not found' });
});

test('remove() goes on to its end when somebody has removed the rules before', { skip }, async (t) => {
  const bench = await networkBench(t);
  const { id } = await bench.store.create({ Name: 'mine' });
  run('nft', 'delete', 'table', 'inet', bench.table);
  await bench.store.remove('mine');
  assert.ok(!hostLinks().includes(`${bench.prefix}-${id.slice(0, 12)}`.slice(0, 15)));
  assert.equal(bench.store.has('mine'), false);
});

test('a new network takes no block that the host has a route to, nor one of another engine', { skip }, async (t) => {
  const one = await networkBench(t);
  const two = await networkBench(t);
  const [pool] = one.store.inspect('bridge').IPAM.Config ?? [];
  const next = pool?.Subnet?.replace(/(\d+)\.0\/24$/, (_, third: string) => `${Number(third) + 1}.0/24`) ?? '';
  run('ip', 'route', 'add', 'blackhole', next);
  t.after(() => run('ip', 'route', 'del', 'blackhole', next));
  await one.store.create({ Name: 'mine' });
  assert.notEqual(one.store.inspect('mine').IPAM.Config?.[0]?.Subnet, next);
  await two.store.create({ Name: 'theirs' });
  const all = [...one.store.list(), ...two.store.list()].flatMap(({ IPAM }) => IPAM.Config ?? []).map(({ Subnet }) => Subnet);
  assert.equal(new Set(all).size, all.length);
});

test('prune() removes networks that nobody uses', { skip }, async (t) => {
  const bench = await networkBench(t);
  for (const Name of ['used', 'kept', 'old']) await bench.store.create({ Name, ...(Name === 'kept' ? { Labels: { keep: '1' } } : {}) });
  await bench.open('one', { mode: 'used' });
  const { NetworksDeleted } = await bench.store.prune({ 'label!': ['keep'] });
  assert.deepEqual(NetworksDeleted, ['old']);
  assert.deepEqual(
    bench.store
      .list({ type: ['custom'] })
      .map(({ Name }) => Name)
      .sort(),
    ['kept', 'used'],
  );
});
