import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHost } from './host.ts';

test('parseHost() reads every kind of address', () => {
  assert.deepEqual(parseHost('unix:///run/x.sock'), { kind: 'unix', path: '/run/x.sock' });
  assert.deepEqual(parseHost('/run/x.sock'), { kind: 'unix', path: '/run/x.sock' });
  assert.deepEqual(parseHost('tcp://box:2376'), { kind: 'tcp', hostname: 'box', port: 2376, secure: false, prefix: '' });
  assert.deepEqual(parseHost('tcp://box'), { kind: 'tcp', hostname: 'box', port: 2375, secure: false, prefix: '' });
  assert.deepEqual(parseHost('tcp://:2375'), { kind: 'tcp', hostname: '127.0.0.1', port: 2375, secure: false, prefix: '' });
  assert.deepEqual(parseHost('tcp://[::1]:2375'), { kind: 'tcp', hostname: '::1', port: 2375, secure: false, prefix: '' });
  assert.deepEqual(parseHost('https://box/prefix/'), { kind: 'tcp', hostname: 'box', port: 443, secure: true, prefix: '/prefix' });
  assert.deepEqual(parseHost('ssh://me@box:22/run/x.sock'), { kind: 'ssh', target: 'me@box', port: 22, socket: '/run/x.sock' });
});

test('parseHost() refuses what it cannot speak', () => {
  assert.throws(() => parseHost('npipe:////./pipe/docker'), /unable to parse docker host `npipe/);
  assert.throws(() => parseHost('ssh://-oProxyCommand=x'), /unable to parse docker host/);
});
