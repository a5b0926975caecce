import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerCreateBody } from '../api/index.ts';
import { checkCreate } from './check-create.ts';
import { parseCpuset } from './check-resources.ts';

const check = (body: ContainerCreateBody): string[] => checkCreate(body, { runtimes: ['runc', 'crun'] });

test('checkCreate() lets a usual container pass without warnings', () => {
  assert.deepEqual(
    check({
      Image: 'busybox',
      Cmd: ['sh'],
      HostConfig: {
        Memory: 64 << 20,
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
        PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8000-8010' }] },
      },
    }),
    [],
  );
});

test('checkCreate() warns as Docker does', () => {
  assert.match(check({ HostConfig: { OomKillDisable: true } })[0] ?? '', /OOM killer is disabled for the container, but no memory limit is set/);
  assert.deepEqual(check({ HostConfig: { NetworkMode: 'host', PortBindings: { '80/tcp': null } } }), [
    'Published ports are discarded when using host network mode',
  ]);
});

test('checkCreate() refuses wrong types by field, as the decoder of Docker does', () => {
  for (const body of [
    { Cmd: 5 },
    { Env: { a: 1 } },
    { Tty: 'yes' },
    { HostConfig: [] },
    { HostConfig: { Memory: '1g' } },
    { HostConfig: { Binds: [1] } },
    { HostConfig: { Mounts: ['x'] } },
    { HostConfig: { PortBindings: { '80/tcp': {} } } },
  ]) {
    assert.throws(() => check(body as ContainerCreateBody), { code: 'INVALID_ARGUMENT', message: /cannot unmarshal/ }, JSON.stringify(body));
  }
});

test('checkCreate() refuses modes and options that contradict each other', () => {
  const refused: readonly (readonly [ContainerCreateBody, RegExp])[] = [
    [{ Hostname: 'x', HostConfig: { NetworkMode: 'container:a' } }, /hostname and the network mode/],
    [{ HostConfig: { NetworkMode: 'container:a', PublishAllPorts: true } }, /port publishing and the container type network mode/],
    [{ Hostname: 'x', HostConfig: { UTSMode: 'host' } }, /hostname and the UTS mode/],
    [{ HostConfig: { Runtime: 'nope' } }, /unknown or invalid runtime name: nope/],
    [{ HostConfig: { LogConfig: { Type: 'journald', Config: {} } } }, /no log driver named 'journald' is registered/],
    [{ HostConfig: { SecurityOpt: ['foo'] } }, /invalid --security-opt 1: "foo"/],
    [{ HostConfig: { NanoCpus: 1e9, CpuQuota: 5000 } }, /Nano CPUs and CPU Quota cannot both be set/],
    [{ HostConfig: { HealthOnFailure: 'explode' as 'kill' } }, /invalid health-on-failure action: explode/],
  ];
  for (const [body, message] of refused) assert.throws(() => check(body), { code: 'INVALID_ARGUMENT', message });
});

test('parseCpuset() reads lists and ranges, and nothing else', () => {
  assert.deepEqual(parseCpuset('0-2,5'), new Set([0, 1, 2, 5]));
  for (const text of ['', 'a', '2-1', '1,,2', '-1']) assert.equal(parseCpuset(text), undefined, text);
});
