import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { ask, dial, dialFrom, hostAddress, inside, networkBench, run, serveTcp, serveUdp, skipWithoutRoot as skip } from '../../test/support/network-bench.ts';
import type { Sandbox } from './index.ts';

function portOf(sandbox: Sandbox, key: string): number {
  return Number(sandbox.ports[key]?.[0]?.HostPort);
}

const published = { portBindings: { '80/tcp': [{ HostPort: '' }] } };

test('a published port answers at 127.0.0.1, ::1, the address of the host, the gateway, for neighbours and for the container itself', { skip }, async (t) => {
  const bench = await networkBench(t);
  const server = await bench.open('server', published);
  const friend = await bench.open('friend');
  await bench.store.create({ Name: 'other' });
  const stranger = await bench.open('stranger', { mode: 'other' });
  await serveTcp(t, server.netnsPath, 80, 'hello');
  const port = portOf(server, '80/tcp');
  const gateway = server.networks['bridge']?.Gateway ?? '';
  assert.deepEqual(
    server.ports['80/tcp']?.map(({ HostIp }) => HostIp),
    ['0.0.0.0', '::'],
  );
  for (const host of ['127.0.0.1', '::1', gateway]) assert.match(await dial(host, port), /^hello /, host);
  const host = hostAddress();
  if (host) {
    assert.equal(await dial(host, port), `hello ${host}`, 'the address of the client is kept');
    for (const { netnsPath } of [friend, stranger, server]) assert.match(await dialFrom(netnsPath, host, port), /^hello /);
  }
});

test('a container cannot reach services of the host through loopback addresses', { skip }, async (t) => {
  const bench = await networkBench(t);
  const { netnsPath, networks } = await bench.open('one');
  const server = createServer((client) => client.end('secret')).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  await inside(netnsPath, 'ip', ['addr', 'del', '127.0.0.1/8', 'dev', 'lo']);
  await inside(netnsPath, 'ip', ['route', 'add', '127.0.0.0/8', 'via', networks['bridge']?.Gateway ?? '']);
  await inside(netnsPath, 'sysctl', ['-qw', 'net.ipv4.conf.all.route_localnet=1']);
  assert.doesNotMatch(await dialFrom(netnsPath, '127.0.0.1', (server.address() as AddressInfo).port), /secret/);
});

test('a port published on 127.0.0.1, and a port that is not published, are out of reach of another machine', { skip }, async (t) => {
  const bench = await networkBench(t);
  const server = await bench.open('server', { portBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } });
  await serveTcp(t, server.netnsPath, 80, 'hello');
  await serveTcp(t, server.netnsPath, 81, 'hello');
  const address = server.networks['bridge']?.IPAddress ?? '';
  // Another machine on a wire of its own, which routes our subnet and even 127.0.0.0/8 to us.
  const wire = `${bench.prefix}w`;
  const machine = await bench.open('machine', { mode: 'none' });
  run('ip', 'link', 'add', wire, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', machine.netnsPath);
  run('ip', 'addr', 'add', '198.51.100.1/24', 'dev', wire);
  run('ip', 'link', 'set', wire, 'up');
  await inside(machine.netnsPath, 'sh', [
    '-c',
    'ip addr add 198.51.100.2/24 dev eth0; ip link set eth0 up; ip route add default via 198.51.100.1; ip addr del 127.0.0.1/8 dev lo; ip route add 127.0.0.0/8 via 198.51.100.1',
  ]);
  run('sysctl', '-qw', `net.ipv4.conf.${wire}.route_localnet=1`);
  assert.match(await dial('127.0.0.1', portOf(server, '80/tcp')), /hello/);
  for (const host of ['198.51.100.1', '127.0.0.1']) assert.doesNotMatch(await dialFrom(machine.netnsPath, host, portOf(server, '80/tcp')), /hello/, host);
  for (const port of [80, 81]) assert.doesNotMatch(await dialFrom(machine.netnsPath, address, port), /hello/, String(port));
});

test('a port that another machine uses shows that machine as the client', { skip }, async (t) => {
  const bench = await networkBench(t);
  const server = await bench.open('server', published);
  await serveTcp(t, server.netnsPath, 80, 'hello');
  const wire = `${bench.prefix}w`;
  const machine = await bench.open('machine', { mode: 'none' });
  run('ip', 'link', 'add', wire, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', machine.netnsPath);
  run('ip', 'addr', 'add', '198.51.100.1/24', 'dev', wire);
  run('ip', 'link', 'set', wire, 'up');
  await inside(machine.netnsPath, 'sh', ['-c', 'ip addr add 198.51.100.2/24 dev eth0; ip link set eth0 up']);
  assert.equal(await dialFrom(machine.netnsPath, '198.51.100.1', portOf(server, '80/tcp')), 'hello 198.51.100.2');
});

test('UDP ports, ranges and one host address are published', { skip }, async (t) => {
  const bench = await networkBench(t);
  const free = await freePorts(3);
  const range = `${free[0]}-${free[2]}`;
  const one = await bench.open('one', { portBindings: { '53/udp': [{ HostPort: '' }], '80/tcp': [{ HostIp: '127.0.0.1', HostPort: range }] } });
  const two = await bench.open('two', { portBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: range }] } });
  await serveUdp(t, one.netnsPath, 53, 'echo');
  assert.equal(await ask('127.0.0.1', portOf(one, '53/udp'), 'hi'), 'echo hi');
  assert.equal(await ask('::1', portOf(one, '53/udp'), 'hi'), 'echo hi');
  assert.deepEqual([portOf(one, '80/tcp'), portOf(two, '80/tcp')], [free[0], free[1]]);
  await assert.rejects(
    bench.open('bad', { portBindings: { '80/tcp': [{ HostIp: '203.0.113.7', HostPort: '8080' }] } }),
    /failed to bind host port for 203\.0\.113\.7:8080:10\.\d+\.\d+\.\d+:80\/tcp: cannot assign requested address/,
  );
});

test('a UDP client that goes on sending reaches the container that has the port now', { skip }, async (t) => {
  const bench = await networkBench(t);
  const first = await bench.open('first', { portBindings: { '53/udp': [{ HostPort: '' }] } });
  await bench.open('neighbour');
  await serveUdp(t, first.netnsPath, 53, 'first');
  const port = portOf(first, '53/udp');
  const client = createSocket('udp4');
  t.after(() => client.close());
  const say = async (): Promise<string> => {
    client.send('hi', port, '127.0.0.1');
    const [answer] = (await once(client, 'message', { signal: AbortSignal.timeout(3000) })) as [Buffer];
    return answer.toString();
  };
  assert.equal(await say(), 'first hi');
  await bench.store.closeSandbox(first.containerId);
  await bench.open('taker');
  const second = await bench.open('second', { portBindings: { '53/udp': [{ HostPort: String(port) }] } });
  assert.notEqual(second.networks['bridge']?.IPAddress, first.networks['bridge']?.IPAddress);
  await serveUdp(t, second.netnsPath, 53, 'second');
  assert.equal(await say(), 'second hi');
});

test('an IPv6 container is published in both families, with the address of its clients', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'six', EnableIPv6: true });
  const server = await bench.open('server', { mode: 'six', ...published });
  const friend = await bench.open('friend', { mode: 'six' });
  await serveTcp(t, server.netnsPath, 80, 'hello', '::');
  await serveTcp(t, server.netnsPath, 80, 'hello', '0.0.0.0');
  const port = portOf(server, '80/tcp');
  const gateway = server.networks['six']?.IPv6Gateway ?? '';
  for (const host of ['127.0.0.1', '::1', gateway]) assert.match(await dial(host, port), /^hello /, host);
  assert.match(await dialFrom(friend.netnsPath, gateway, port), /^hello fd/);
});

test('host_binding_ipv4 says where ports are published, enable_ip_masquerade whether clients outside see the container', { skip }, async (t) => {
  const bench = await networkBench(t);
  const Options = { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1', 'com.docker.network.bridge.enable_ip_masquerade': 'false' };
  await bench.store.create({ Name: 'local', Options });
  const { ports } = await bench.open('one', { mode: 'local', ...published });
  assert.deepEqual(
    ports['80/tcp']?.map(({ HostIp }) => HostIp),
    ['127.0.0.1'],
  );
  const masked = run('nft', 'list', 'set', 'inet', bench.table, 'masked4');
  assert.ok(!masked.includes(bench.store.inspect('local').IPAM.Config?.[0]?.Subnet ?? ''));
  assert.ok(masked.includes(bench.store.inspect('bridge').IPAM.Config?.[0]?.Subnet ?? ''));
});

test('publishAllPorts takes a free port for each exposed one', { skip }, async (t) => {
  const bench = await networkBench(t);
  const { ports } = await bench.open('one', { exposedPorts: { '80/tcp': {}, '53/udp': {} }, publishAllPorts: true });
  assert.deepEqual(Object.keys(ports), ['53/udp', '80/tcp']);
  for (const list of Object.values(ports)) assert.ok(Number(list?.[0]?.HostPort) >= 1024);
  const exposed = await bench.open('two', { exposedPorts: { '80/tcp': {} } });
  assert.deepEqual(exposed.ports, { '80/tcp': null });
});

test('a port in use is refused with its holder: a container of ours, or a process', { skip }, async (t) => {
  const bench = await networkBench(t);
  const holder = await bench.open('holder', published);
  const port = portOf(holder, '80/tcp');
  await assert.rejects(bench.open('late', { portBindings: { '80/tcp': [{ HostPort: String(port) }] } }), {
    message: new RegExp(
      `^driver failed programming external connectivity on endpoint late \\([0-9a-f]{64}\\): Bind for 0\\.0\\.0\\.0:${port} failed: port is already allocated \\(held by container holder\\)$`,
    ),
  });
  const child = spawn(process.execPath, ['-e', 'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const taken = Number(line.toString());
  await assert.rejects(
    bench.open('late', { portBindings: { '80/tcp': [{ HostPort: String(taken) }] } }),
    new RegExp(`port is already allocated \\(held by process node \\(pid ${child.pid}\\)\\)`),
  );
  assert.equal(bench.store.sandbox(Buffer.from('late').toString('hex').padEnd(64, '0')), undefined);
  assert.deepEqual(
    Object.values(bench.store.inspect('bridge').Containers).map(({ Name }) => Name),
    ['holder'],
  );
});

test('two engines never publish the same free port', { skip }, async (t) => {
  const one = await networkBench(t);
  const two = await networkBench(t);
  const ports: number[] = [];
  for (let round = 0; round < 5; round++) for (const bench of [one, two]) ports.push(portOf(await bench.open(`c${round}`, published), '80/tcp'));
  assert.equal(new Set(ports).size, ports.length);
});

test('closeSandbox() frees the port at once, and the next container answers on it', { skip }, async (t) => {
  const bench = await networkBench(t);
  const first = await bench.open('first', published);
  await serveTcp(t, first.netnsPath, 80, 'first');
  const port = portOf(first, '80/tcp');
  assert.match(await dial('127.0.0.1', port), /^first/);
  await bench.store.closeSandbox(first.containerId);
  assert.equal(await dial('127.0.0.1', port), 'ECONNREFUSED');
  const second = await bench.open('second', { portBindings: { '80/tcp': [{ HostPort: String(port) }] } });
  await serveTcp(t, second.netnsPath, 80, 'second');
  assert.match(await dial('127.0.0.1', port), /^second/);
});

test('ports still answer while somebody has flushed every rule', { skip }, async (t) => {
  const bench = await networkBench(t);
  const server = await bench.open('server', published);
  await serveTcp(t, server.netnsPath, 80, 'hello');
  run('nft', 'flush', 'table', 'inet', bench.table);
  assert.match(await dial('127.0.0.1', portOf(server, '80/tcp')), /^hello/);
});

test('rules that somebody flushed come back with the next change', { skip }, async (t) => {
  const bench = await networkBench(t);
  const server = await bench.open('server', published);
  await serveTcp(t, server.netnsPath, 80, 'hello');
  const rules = (): string => run('nft', '-n', 'list', 'table', 'inet', bench.table);
  run('nft', 'delete', 'table', 'inet', bench.table);
  const second = await bench.open('second', published);
  for (const { ports } of [server, second]) assert.match(rules(), new RegExp(`6 \\. ${ports['80/tcp']?.[0]?.HostPort} :`));
  run('nft', 'delete', 'table', 'inet', bench.table);
  await bench.store.create({ Name: 'mine' });
  assert.match(rules(), new RegExp(`into-${bench.prefix}-`));
  assert.match(await dial('127.0.0.1', portOf(server, '80/tcp')), /^hello/);
});

test("routed networks are reached by the container's own address, on its published ports only", { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'routed', Options: { 'com.docker.network.bridge.gateway_mode_ipv4': 'routed' } });
  const server = await bench.open('server', { mode: 'routed', ...published });
  const stranger = await bench.open('stranger');
  await serveTcp(t, server.netnsPath, 80, 'hello');
  await serveTcp(t, server.netnsPath, 81, 'hello');
  const address = server.networks['routed']?.IPAddress ?? '';
  assert.equal(
    await dialFrom(stranger.netnsPath, address, 80),
    `hello ${stranger.networks['bridge']?.Gateway}`.replace(/hello .*/, `hello ${stranger.networks['bridge']?.IPAddress}`),
  );
  assert.doesNotMatch(await dialFrom(stranger.netnsPath, address, 81), /hello/);
});

test('diagnose() tells why a published port does not answer', { skip }, async (t) => {
  const bench = await networkBench(t);
  const sandbox = await bench.open('one', { portBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } });
  const program = 'require("net").createServer().listen(81, "127.0.0.1", () => console.log("up"))';
  const sleeper = spawn('nsenter', [`--net=${sandbox.netnsPath}`, process.execPath, '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => sleeper.kill());
  await once(sleeper.stdout, 'data');
  const pid = sleeper.pid ?? 0;
  const [idle] = await bench.store.diagnose(sandbox.containerId, pid);
  assert.equal(idle?.state, 'nothing-listens');
  assert.match(idle?.text ?? '', /nothing listens on 80\/tcp inside \(there are listeners on 81\/tcp\)/);
  await bench.store.closeSandbox(sandbox.containerId);
  const again = await bench.open('two', { portBindings: { '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } });
  const [local] = await bench.store.diagnose(again.containerId, pid);
  assert.equal(local?.state, 'loopback-only');
  assert.equal(local?.reach, 'machine');
  assert.deepEqual(local?.listeners, [{ protocol: 'tcp', address: '127.0.0.1', port: 81, process: 'node', pid }]);
});

/** Three neighbouring ports that nobody has. */
async function freePorts(count: number): Promise<number[]> {
  for (let base = 20_000 + (process.pid % 1000) * 10; ; base += count) {
    const ports = Array.from({ length: count }, (_, index) => base + index);
    const servers = ports.map((port) => createServer().listen(port, '0.0.0.0'));
    const outcomes = await Promise.allSettled(servers.map((server) => once(server, 'listening')));
    for (const server of servers) server.close();
    if (outcomes.every(({ status }) => status === 'fulfilled')) return ports;
  }
}
