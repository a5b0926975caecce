import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { inside, networkBench, resolveFrom, serveUdp, skipWithoutRoot as skip } from '../../test/support/network-bench.ts';
import { tcpFrame, tcpMessages } from './dns-forward.ts';
import { encodeAnswer, encodeName, parseQuery } from './dns-message.ts';

/** A name server of the outside: answers every A query with 192.0.2.53, over TCP with 192.0.2.54, and keeps what it was asked. */
async function outside(t: TestContext): Promise<{ hostResolvConf: string; asked: string[] }> {
  const address = `127.${100 + (process.pid % 100)}.${Math.floor(Math.random() * 250)}.53`;
  const asked: string[] = [];
  const answer = (query: Buffer, last: number): Buffer => {
    const question = parseQuery(query);
    assert.ok(question);
    asked.push(question.name);
    return encodeAnswer(query, question, question.type === 1 ? [{ type: 1, data: Buffer.from([192, 0, 2, last]) }] : []);
  };
  const udp = createSocket('udp4', (query, from) => udp.send(answer(query, 53), from.port, from.address));
  const tcp = createServer((client) =>
    client.on(
      'data',
      tcpMessages((query) => client.write(tcpFrame(answer(query, 54)))),
    ),
  );
  udp.bind(53, address);
  tcp.listen(53, address);
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  const dir = mkdtempSync(join(tmpdir(), 'slipway-dns-'));
  const hostResolvConf = join(dir, 'resolv.conf');
  writeFileSync(hostResolvConf, `nameserver ${address}\nsearch example.test\n`);
  t.after(() => {
    udp.close();
    tcp.close();
    rmSync(dir, { recursive: true });
  });
  return { hostResolvConf, asked };
}

test('containers of a user network find one another by name, alias, short id, host name and address', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'mine' });
  const one = await bench.open('one', { mode: 'mine' });
  const web = await bench.open('Web', { mode: 'mine', hostname: 'box', endpoints: { mine: { Aliases: ['www', 'backend'] } } });
  const address = web.networks['mine']?.IPAddress ?? '';
  for (const name of ['web', 'WEB', 'www', 'backend', 'box', web.containerId.slice(0, 12), 'web.mine'])
    assert.deepEqual(await resolveFrom(one.netnsPath, name), [address], name);
  assert.deepEqual(await resolveFrom(one.netnsPath, address.split('.').reverse().join('.').concat('.in-addr.arpa'), 'ptr'), ['Web.mine']);
  assert.deepEqual(web.networks['mine']?.DNSNames, ['Web', 'www', 'backend', web.containerId.slice(0, 12), 'box']);
  assert.match(one.files.resolvConf, /^nameserver 127\.0\.0\.11$/m);
});

test('one alias of several containers gives all of them, each first in turn', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'mine' });
  const asker = await bench.open('asker', { mode: 'mine' });
  const addresses = new Set<string>();
  for (const name of ['a', 'b', 'c'])
    addresses.add((await bench.open(name, { mode: 'mine', endpoints: { mine: { Aliases: ['svc'] } } })).networks['mine']?.IPAddress ?? '');
  assert.deepEqual(new Set(await resolveFrom(asker.netnsPath, 'svc')), addresses);
  const firsts = new Set<string | undefined>();
  for (let round = 0; round < 3; round++)
    firsts.add(/Address: (10\.\S+)/.exec(await inside(asker.netnsPath, 'busybox', ['nslookup', '-type=a', 'svc', '127.0.0.11']))?.[1]);
  assert.deepEqual(firsts, addresses);
});

test('names stay inside their network, and follow renames, connects and disconnects', { skip }, async (t) => {
  const { hostResolvConf } = await outside(t);
  const bench = await networkBench(t, { hostResolvConf });
  for (const Name of ['left', 'right']) await bench.store.create({ Name });
  const asker = await bench.open('asker', { mode: 'left' });
  const web = await bench.open('web', { mode: 'right' });
  assert.deepEqual(await resolveFrom(asker.netnsPath, 'web'), ['192.0.2.53'], 'unknown here, so the outside is asked');
  const both = await bench.store.connect(web.containerId, 'left', { Aliases: ['www'] });
  assert.deepEqual(await resolveFrom(asker.netnsPath, 'www'), [both.networks['left']?.IPAddress]);
  bench.store.rename(web.containerId, 'site');
  assert.deepEqual(await resolveFrom(asker.netnsPath, 'site'), [both.networks['left']?.IPAddress]);
  assert.deepEqual(await resolveFrom(asker.netnsPath, 'web'), ['192.0.2.53']);
  await bench.store.disconnect(web.containerId, 'left');
  assert.deepEqual(await resolveFrom(asker.netnsPath, 'site'), ['192.0.2.53']);
});

test('a link gives a container a name of its own for another one', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'mine' });
  const db = await bench.open('db', { mode: 'mine' });
  const app = await bench.open('app', { mode: 'mine', links: ['db:store'] });
  assert.deepEqual(await resolveFrom(app.netnsPath, 'store'), [db.networks['mine']?.IPAddress]);
  const old = await bench.open('old', { links: [] });
  const linked = await bench.open('linked', { links: ['old:legacy'] });
  assert.match(linked.files.hosts, new RegExp(`^${old.networks['bridge']?.IPAddress}\tlegacy ${old.containerId.slice(0, 12)} old$`, 'm'));
});

test('other names are forwarded, over UDP and over TCP', { skip }, async (t) => {
  const { hostResolvConf, asked } = await outside(t);
  const bench = await networkBench(t, { hostResolvConf });
  await bench.store.create({ Name: 'mine' });
  const one = await bench.open('one', { mode: 'mine' });
  assert.deepEqual(await resolveFrom(one.netnsPath, 'deb.example'), ['192.0.2.53']);
  const question = Buffer.concat([Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), encodeName('tcp.example'), Buffer.from([0, 1, 0, 1])]);
  const script = `require("net").connect(53, "127.0.0.11", function () { this.write(Buffer.from("${tcpFrame(question).toString('hex')}", "hex")) }).on("data", function (data) { console.log(data.subarray(-4).join(".")); this.destroy() })`;
  assert.equal((await inside(one.netnsPath, process.execPath, ['-e', script])).trim(), '192.0.2.54');
  assert.deepEqual(asked, ['deb.example', 'tcp.example']);
});

test('queries of an internal network never leave', { skip }, async (t) => {
  const { hostResolvConf, asked } = await outside(t);
  const bench = await networkBench(t, { hostResolvConf });
  await bench.store.create({ Name: 'inner', Internal: true });
  const one = await bench.open('one', { mode: 'inner' });
  assert.deepEqual(await resolveFrom(one.netnsPath, 'secret.example'), ['SERVFAIL']);
  assert.deepEqual(await resolveFrom(one.netnsPath, 'one'), [one.networks['inner']?.IPAddress]);
  assert.deepEqual(asked, []);
});

test('a container may have a name server of its own on port 53', { skip }, async (t) => {
  const bench = await networkBench(t);
  await bench.store.create({ Name: 'mine' });
  const server = await bench.open('server', { mode: 'mine' });
  await serveUdp(t, server.netnsPath, 53, 'own');
  assert.deepEqual(await resolveFrom(server.netnsPath, 'server'), [server.networks['mine']?.IPAddress]);
});

test('hosts and resolv.conf say what the container asked for', { skip }, async (t) => {
  const { hostResolvConf } = await outside(t);
  const bench = await networkBench(t, { hostResolvConf });
  const one = await bench.open('one', {
    hostname: 'box',
    domainname: 'test',
    extraHosts: ['db:10.9.8.7', 'host:host-gateway', 'six:[fd00::9]'],
    dns: ['9.9.9.9'],
    dnsSearch: ['example.org'],
    dnsOptions: ['ndots:3'],
  });
  const settings = one.networks['bridge'];
  assert.deepEqual(one.files.hosts.split('\n').slice(6), [
    '10.9.8.7\tdb',
    `${settings?.Gateway}\thost`,
    'fd00::9\tsix',
    `${settings?.IPAddress}\tbox.test box`,
    '',
  ]);
  assert.deepEqual(one.files.resolvConf.split('\n').slice(3, 6), ['nameserver 9.9.9.9', 'search example.org', 'options ndots:3']);
  assert.equal(one.files.hostname, 'box\n');
  assert.throws(
    () => bench.store.validate({ containerId: 'x', containerName: 'x', hostname: 'x', mode: 'default', extraHosts: ['bad'] }),
    /bad format for add-host: "bad"/,
  );
});
