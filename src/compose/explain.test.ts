import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerInspect } from '../api/index.ts';
import { differences } from './explain.ts';

const old = {
  Config: {
    Image: 'a:1',
    Cmd: ['run'],
    Entrypoint: null,
    Env: ['PATH=/bin', 'A=1', 'B=2', 'OLD=x'],
    Labels: { x: '1', fromImage: 'y', 'com.docker.compose.project': 'p' },
    User: '',
    Hostname: 'h',
    WorkingDir: '',
  },
  HostConfig: {
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    Binds: ['v:/v:rw'],
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    NetworkMode: 'p_default',
    Memory: 0,
    NanoCpus: 0,
    ReadonlyRootfs: false,
    Privileged: false,
  },
} as unknown as ContainerInspect;

const same = {
  Image: 'a:1',
  Cmd: ['run'],
  Env: ['A=1', 'B=2', 'OLD=x'],
  Labels: { x: '1', 'com.docker.compose.project': 'q' },
  HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] }, Binds: ['v:/v:rw'], NetworkMode: 'p_default' },
};
const image = { Env: ['PATH=/bin'], Labels: { fromImage: 'y' } };

test('what did not change is not told, nor what the image brought', () => {
  assert.deepEqual(differences(old, { body: same, files: [] }, image), []);
});

test('changes are told in words, values of variables are not', () => {
  const body = {
    ...same,
    Image: 'a:2',
    Cmd: ['serve'],
    Env: ['A=1', 'B=3', 'NEW=secret'],
    HostConfig: { ...same.HostConfig, PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '9090' }] }, Memory: 64 },
  };
  assert.deepEqual(differences(old, { body, files: [] }, image), [
    'image: "a:1" → "a:2"',
    'command: "run" → "serve"',
    'environment: ~B, +NEW, -OLD',
    'ports: +9090:80/tcp, -8080:80/tcp',
    'memory limit: 0 → 64',
  ]);
});
