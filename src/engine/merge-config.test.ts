import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine, mergeConfig } from './merge-config.ts';

const image = {
  Env: ['PATH=/bin', 'A=image'],
  Entrypoint: ['/entry'],
  Cmd: ['serve'],
  User: 'app',
  WorkingDir: '/srv',
  Labels: { a: 'image', b: 'image' },
  Healthcheck: { Test: ['CMD', 'true'], Interval: 5e9, Retries: 2 },
  ExposedPorts: { '80/tcp': {} },
  StopSignal: 'SIGINT',
};

test('mergeConfig() inherits what the client left out', () => {
  const config = mergeConfig({ Image: 'web' }, image, 'host');
  assert.deepEqual(
    [config.Cmd, config.Entrypoint, config.User, config.WorkingDir, config.StopSignal, config.Hostname],
    [['serve'], ['/entry'], 'app', '/srv', 'SIGINT', 'host'],
  );
  assert.deepEqual(config.ExposedPorts, { '80/tcp': {} });
});

test('mergeConfig() keeps the image entrypoint before a given command, and drops its command after a given entrypoint', () => {
  assert.deepEqual(commandLine(mergeConfig({ Cmd: ['ls'] }, image, '')), { path: '/entry', args: ['ls'] });
  assert.deepEqual(commandLine(mergeConfig({ Entrypoint: ['sh'] }, image, '')), { path: 'sh', args: [] });
  assert.deepEqual(commandLine(mergeConfig({ Entrypoint: [''], Cmd: ['ls'] }, image, '')), { path: 'ls', args: [] });
});

test('mergeConfig() refuses a container without a command', () => {
  assert.throws(() => mergeConfig({ Entrypoint: [''] }, image, ''), { message: 'no command specified' });
  assert.throws(() => mergeConfig({}, {}, ''), { message: 'no command specified' });
});

test('mergeConfig() unites environment, labels and health check name by name', () => {
  const config = mergeConfig({ Env: ['A=own', 'B=own'], Labels: { b: 'own' }, Healthcheck: { Interval: 1e9, Retries: 0 } }, image, '');
  assert.deepEqual(config.Env, ['A=own', 'B=own', 'PATH=/bin']);
  assert.deepEqual(config.Labels, { a: 'image', b: 'own' });
  assert.deepEqual(config.Healthcheck, { Test: ['CMD', 'true'], Interval: 1e9, Retries: 2 });
});
