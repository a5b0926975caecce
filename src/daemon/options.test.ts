import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultOptions, engineHelp, parseDaemonOptions } from './options.ts';

test('parseDaemonOptions() has defaults for everything', () => {
  assert.deepEqual(parseDaemonOptions([]), defaultOptions);
});

test('parseDaemonOptions() reads every flag', () => {
  const options = parseDaemonOptions([
    '--data-root',
    '/d/',
    '-H',
    'unix:///s',
    '-H',
    'tcp://127.0.0.1:0',
    '--address-pool',
    'base=10.9.0.0/16,size=24',
    '--log-opt',
    'max-size=1m',
    '--ephemeral',
  ]);
  assert.equal(options?.dataRoot, '/d');
  assert.deepEqual(options?.hosts, [{ kind: 'unix', path: '/s' }, { kind: 'tcp', host: '127.0.0.1', port: 0 }]); // prettier-ignore
  assert.deepEqual(options?.addressPools, [{ base: '10.9.0.0/16', size: 24 }]);
  assert.deepEqual(options?.logOptions, { 'max-size': '1m' });
  assert.equal(options?.ephemeral, true);
});

test('parseDaemonOptions() refuses what it does not understand, and names it', () => {
  for (const argv of [
    ['--nope'],
    ['--data-root', 'rel'],
    ['--host', 'fd://'],
    ['--address-pool', '10.0.0.0/8'],
    ['--bridge-prefix', 'much-too-long'],
    ['--log-driver', 'syslog'],
    ['extra'],
  ]) {
    assert.throws(
      () => parseDaemonOptions(argv),
      { code: 'INVALID_ARGUMENT', message: /nope|rel|fd:\/\/|10\.0\.0\.0|much-too-long|syslog|extra/ },
      argv.join(' '),
    );
  }
});

test('engineHelp() names every flag', () => {
  assert.match(engineHelp(), /--data-root string[\s\S]*--ephemeral/);
  assert.equal(parseDaemonOptions(['--help']), undefined);
});
