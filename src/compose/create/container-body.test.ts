import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectOf } from '../plan/plan-rig.ts';
import { containerRequest, type ContainerRequest } from './container-body.ts';

function request(attributes: string, more = '', containerOf: (service: string) => string | undefined = () => undefined): ContainerRequest {
  const project = projectOf(
    `services:\n  s:\n    image: img\n${attributes
      .split('\n')
      .map((line) => `    ${line}\n`)
      .join('')}  other: {image: o}\n${more}`,
  );
  const service = project.services['s'];
  assert.ok(service);
  return containerRequest(service, project, { name: 'p-s-1', number: 1, image: 'img', imageId: 'sha256:1', containerOf });
}

test('a service becomes the request that Docker Compose makes of it', () => {
  const { body } = request(
    [
      'command: [a, b]',
      'environment: {B: 2, A: 1, PASS: }',
      'ports: ["8080:80", "127.0.0.1::53/udp"]',
      'expose: ["9000-9001"]',
      'volumes: ["data:/data:ro", "/host:/h:rslave", {type: tmpfs, target: /t, tmpfs: {size: 1m}}, {type: bind, source: /b, target: /b, bind: {create_host_path: false}}, {type: volume, source: data, target: /sub, volume: {subpath: x}}]',
      'healthcheck: {test: [CMD, x], interval: 1m30s, retries: 3}',
      'restart: on-failure:5',
      'stop_grace_period: 1m',
      'deploy: {resources: {limits: {cpus: "0.5", memory: 64m, pids: 7}}}',
      'extra_hosts: ["a:1.2.3.4"]',
      'ulimits: {nofile: 10, nproc: {soft: 1, hard: 2}}',
      'tmpfs: ["/run:size=1m", /x]',
      'logging: {driver: local}',
    ].join('\n'),
    'volumes: {data: }',
  );
  const { HostConfig: host, NetworkingConfig: networks, Labels: labels, ...config } = body;
  assert.deepEqual(config, {
    AttachStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Env: ['A=1', 'B=2', 'PASS'],
    Healthcheck: { Test: ['CMD', 'x'], Interval: 90e9, Retries: 3 },
    Image: 'img',
    StopTimeout: 60,
    ExposedPorts: { '9000/tcp': {}, '9001/tcp': {}, '80/tcp': {}, '53/udp': {} },
    Cmd: ['a', 'b'],
  });
  assert.deepEqual(host?.Binds, ['p_data:/data:ro', '/host:/h:rw,rslave']);
  assert.deepEqual(host?.Mounts, [
    { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1 << 20 } },
    { Type: 'bind', Source: '/b', Target: '/b', BindOptions: {} },
    { Type: 'volume', Source: 'p_data', Target: '/sub', VolumeOptions: { Subpath: 'x' } },
  ]);
  assert.deepEqual(host?.PortBindings, { '80/tcp': [{ HostIp: '', HostPort: '8080' }], '53/udp': [{ HostIp: '127.0.0.1', HostPort: '' }] });
  assert.deepEqual(host?.RestartPolicy, { Name: 'on-failure', MaximumRetryCount: 5 });
  assert.deepEqual([host?.NanoCpus, host?.Memory, host?.PidsLimit, host?.NetworkMode], [5e8, 64 << 20, 7, 'p_default']);
  assert.deepEqual(host?.ExtraHosts, ['a:1.2.3.4']);
  assert.deepEqual(host?.Ulimits, [
    { Name: 'nofile', Soft: 10, Hard: 10 },
    { Name: 'nproc', Soft: 1, Hard: 2 },
  ]);
  assert.deepEqual(host?.Tmpfs, { '/run': 'size=1m', '/x': '' });
  assert.deepEqual(networks, { EndpointsConfig: { p_default: { Aliases: ['p-s-1', 's'] } } });
  assert.equal(labels?.['com.docker.compose.service'], 's');
  assert.equal(labels?.['com.docker.compose.project.working_dir'], '/p');
  assert.equal(labels?.['com.docker.compose.oneoff'], 'False');
});

test("saying nothing about the command leaves the image's, an empty list takes it away", () => {
  assert.ok(!('Cmd' in request('init: true').body));
  const { body } = request('command: []\nentrypoint: ""');
  assert.deepEqual([body.Cmd, body.Entrypoint], [[], []]);
});

test('shared namespaces name the other container', () => {
  const { body } = request('network_mode: "service:other"\npid: "service:other"\nvolumes_from: ["other:ro", "container:x"]', '', () => 'ID');
  assert.equal(body.HostConfig?.NetworkMode, 'container:ID');
  assert.equal(body.HostConfig?.PidMode, 'container:ID');
  assert.deepEqual(body.HostConfig?.VolumesFrom, ['ID:ro', 'x']);
  assert.equal(body.Labels?.['com.docker.compose.depends_on'], 'other:service_started:true');
});

test('networks come by priority; addresses, aliases and names of interfaces go with them', () => {
  const { body } = request(
    'networks: {a: {priority: 1, aliases: [x]}, b: {priority: 5, ipv4_address: 10.0.0.5, mac_address: "02:00:00:00:00:01", interface_name: eth9, gw_priority: 2}}',
    'networks: {a: , b: {name: real}}',
  );
  assert.equal(body.HostConfig?.NetworkMode, 'real');
  assert.deepEqual(body.NetworkingConfig?.EndpointsConfig, {
    real: {
      Aliases: ['p-s-1', 's'],
      MacAddress: '02:00:00:00:00:01',
      GwPriority: 2,
      DriverOpts: { 'com.docker.network.endpoint.ifname': 'eth9' },
      IPAMConfig: { IPv4Address: '10.0.0.5' },
    },
    p_a: { Aliases: ['p-s-1', 's', 'x'] },
  });
});

test('a plain file is mounted; content, and a file with an owner or mode, is copied', () => {
  const plain = request('configs: [c]', 'configs: {c: {file: ./c.conf}}');
  assert.deepEqual(
    plain.body.HostConfig?.Mounts?.map(({ Source, Target, ReadOnly }) => [Source, Target, ReadOnly]),
    [['/p/c.conf', '/c', true]],
  );
  const copied = request('configs: [{source: c, target: /etc/c, uid: "5", gid: "6", mode: 0640}]', 'configs: {c: {content: "hello"}}');
  assert.deepEqual(
    copied.files.map(({ path, uid, gid, mode, content }) => [path, uid, gid, mode, content.toString()]),
    [['/etc/c', 5, 6, 0o640, 'hello']],
  );
  assert.match(copied.body.Labels?.['dev.slipway.compose.files-hash'] ?? '', /^[0-9a-f]{64}$/);
});

test('copied files of a read-only container lie on a volume that goes with it', () => {
  const { body, files } = request('read_only: true\nconfigs: [{source: c, target: /etc/app/c}]', 'configs: {c: {content: x}}');
  assert.equal(files.length, 1);
  assert.deepEqual(
    body.HostConfig?.Mounts?.map(({ Type, Target }) => [Type, Target]),
    [['volume', '/etc/app']],
  );
  assert.equal(body.Labels?.['dev.slipway.compose.files-volumes'], '/etc/app');
});

test('what is not set is told', () => {
  assert.throws(() => request('secrets: [x]', 'secrets: {x: {environment: NOPE}}'), /environment variable "NOPE" required by secret "p_x" is not set/);
  assert.throws(() => request('secrets: [x]', 'secrets: {x: {external: true}}'), /unsupported external secret x/);
});
