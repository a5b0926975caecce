import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBytes } from './bytes.ts';
import { checkAddHost, checkGpus, checkLabel, checkNetwork, checkSysctl, checkThrottle, checkUlimit } from './checks.ts';
import { parseCpus } from './cpus.ts';
import { parseDevice, parseGpus } from './devices.ts';
import { parseDuration } from './duration.ts';
import { engineTime } from './engine-time.ts';
import { parseMount } from './mount.ts';
import { parseExpose, parsePublish } from './ports.ts';
import { inSubnet } from './subnet.ts';
import { parseVolumes } from './volumes.ts';

test('parseBytes() reads sizes in powers of 1024', () => {
  assert.deepEqual(
    ['512', '64m', '1.5g', '2GiB', '10kb', '1 MB', '-1'].map(parseBytes),
    [512, 67_108_864, 1_610_612_736, 2_147_483_648, 10_240, 1_048_576, -1],
  );
  for (const text of ['abc', '', '-2', '1x', '1.2.3']) assert.throws(() => parseBytes(text), { message: `invalid size: '${text}'` });
});

test('parseDuration() reads what Go reads', () => {
  assert.deepEqual(['0', '1h30m', '250ms', '1.5s', '-2s', '10us'].map(parseDuration), [0, 5400e9, 250e6, 1.5e9, -2e9, 10e3]);
  assert.throws(() => parseDuration('abc'), { message: 'time: invalid duration "abc"' });
  assert.throws(() => parseDuration('5'), { message: 'time: missing unit in duration "5"' });
  assert.throws(() => parseDuration('5x'), { message: 'time: unknown unit "x" in duration "5x"' });
});

test('parseCpus() gives billionths', () => {
  assert.deepEqual(['1', '1.5', '.25', '1/2'].map(parseCpus), [1e9, 1.5e9, 250e6, 500e6]);
  assert.throws(() => parseCpus('abc'), { message: 'failed to parse abc as a rational number' });
});

test('parsePublish() reads ranges, addresses and protocols', () => {
  const { bindings, exposed } = parsePublish(['8080:80', '127.0.0.1:9000-9001:90-91/udp', '[::1]:70:71', '99', '6000-6002:50']);
  assert.deepEqual(bindings, {
    '80/tcp': [{ HostIp: '', HostPort: '8080' }],
    '90/udp': [{ HostIp: '127.0.0.1', HostPort: '9000' }],
    '91/udp': [{ HostIp: '127.0.0.1', HostPort: '9001' }],
    '71/tcp': [{ HostIp: '::1', HostPort: '70' }],
    '99/tcp': [{ HostIp: '', HostPort: '' }],
    '50/tcp': [{ HostIp: '', HostPort: '6000-6002' }],
  });
  assert.deepEqual(Object.keys(exposed), Object.keys(bindings));
  for (const [spec, message] of [
    ['99999:1', 'Invalid hostPort: 99999'],
    ['1:99999', 'Invalid containerPort: 99999'],
    ['a:b:c:d', 'Invalid ip address a:b: address a:b:: too many colons in address'],
    ['80/bogus', 'Invalid proto: bogus'],
    ['1-3:1-2', 'Invalid ranges specified for container and host Ports: 1-2 and 1-3'],
  ] as const)
    assert.throws(() => parsePublish([spec]), { message });
});

test('parseExpose() reads ports and ranges', () => {
  assert.deepEqual(Object.keys(parseExpose(['80', '7000-7001/udp'])), ['80/tcp', '7000/udp', '7001/udp']);
  assert.throws(() => parseExpose(['x']), { message: 'invalid range format for --expose: x, error: strconv.ParseUint: parsing "x": invalid syntax' });
});

test('parseVolumes() parts anonymous volumes from binds and makes sources absolute', () => {
  assert.deepEqual(parseVolumes(['/anonymous', 'name:/a:ro', '/b:/c']), { volumes: { '/anonymous': {} }, binds: ['name:/a:ro', '/b:/c'] });
  assert.deepEqual(parseVolumes(['./x:/y']).binds, [`${process.cwd()}/x:/y`]);
});

test('parseMount() reads every kind, and refuses what does not fit together', () => {
  assert.deepEqual(parseMount('type=bind,source=/a,target=/b,readonly,bind-propagation=rslave'), {
    Type: 'bind',
    Source: '/a',
    Target: '/b',
    ReadOnly: true,
    BindOptions: { Propagation: 'rslave' },
  });
  assert.deepEqual(parseMount('type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1770'), {
    Type: 'tmpfs',
    Target: '/t',
    TmpfsOptions: { SizeBytes: 1_048_576, Mode: 0o1770 },
  });
  assert.deepEqual(parseMount('dst=/v,volume-nocopy,"volume-opt=o=a,b"'), {
    Type: 'volume',
    Target: '/v',
    VolumeOptions: { NoCopy: true, DriverConfig: { Options: { o: 'a,b' } } },
  });
  for (const [spec, message] of [
    ['type=bind', 'target is required'],
    ['foo', "invalid field 'foo' must be a key=value pair"],
    ['dst=/x,bogus=1', "unknown option 'bogus' in 'bogus=1'"],
    ['type=tmpfs,dst=/x,volume-nocopy', "cannot mix 'volume-*' options with mount type 'tmpfs'"],
  ] as const)
    assert.throws(() => parseMount(spec), { message });
});

test('parseDevice() and parseGpus() read their forms', () => {
  assert.deepEqual(parseDevice('/dev/a:/dev/b:r'), { PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' });
  assert.deepEqual(parseDevice('/dev/a:rw'), { PathOnHost: '/dev/a', PathInContainer: '/dev/a', CgroupPermissions: 'rw' });
  assert.throws(() => parseDevice('/x:/y:q:z'), { message: 'bad format for path: /x:/y:q:z' });
  assert.deepEqual(parseGpus('all').Count, -1);
  assert.deepEqual(parseGpus('"device=0,1",capabilities=utility'), {
    Driver: '',
    Count: 0,
    DeviceIDs: ['0', '1'],
    Capabilities: [['utility', 'gpu']],
    Options: {},
  });
});

test('checks refuse with the words of Docker', () => {
  assert.equal(checkLabel('=x'), "invalid label '=x': empty name");
  assert.equal(checkAddHost('foo'), 'bad format for add-host: "foo"');
  assert.equal(checkAddHost('a:host-gateway'), undefined);
  assert.equal(checkSysctl('x'), "sysctl 'x' is not allowed");
  assert.equal(checkUlimit('foo'), 'invalid ulimit argument: foo');
  assert.equal(checkUlimit('nofile=20:10'), 'ulimit soft limit must be less than or equal to hard limit: 20 > 10');
  assert.equal(checkThrottle('bps')('x'), 'bad format: x');
  assert.equal(checkGpus('x'), 'invalid count (x): value must be either "all" or an integer: invalid syntax');
  assert.equal(checkNetwork('name=a,bogus=1'), 'invalid field key bogus');
});

test('engineTime() counts durations back and reads dates', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(engineTime('1h', 'since', now), '1767222000.000000000');
  assert.equal(engineTime('2026-01-01T00:00:00.5Z', 'since', now), '1767225600.500000000');
  assert.equal(engineTime('1700000000', 'since', now), '1700000000');
  assert.equal(engineTime('', 'since', now), undefined);
  assert.throws(() => engineTime('bogus', 'since', now), { message: 'invalid value for "since": failed to parse value as time or duration: "bogus"' });
});

test('inSubnet() compares bits of both families', () => {
  assert.deepEqual(
    [
      inSubnet('10.5.1.1', '10.5.0.0/16'),
      inSubnet('10.6.1.1', '10.5.0.0/16'),
      inSubnet('fd00::1', 'fd00::/64'),
      inSubnet('fd01::1', 'fd00::/64'),
      inSubnet('::1', '10.0.0.0/8'),
    ],
    [true, false, true, false, false],
  );
});
