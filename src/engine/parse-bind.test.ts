import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBind, parseVolumesFrom } from './parse-bind.ts';

test('parseBind() tells host paths from volumes', () => {
  assert.deepEqual(parseBind('/tmp/../srv/:/x/:ro'), {
    kind: 'bind',
    source: '/srv',
    target: '/x',
    mode: 'ro',
    readOnly: true,
    propagation: 'rprivate',
    noCopy: false,
  });
  assert.deepEqual(parseBind('data:/x:nocopy'), {
    kind: 'volume',
    source: 'data',
    target: '/x',
    mode: 'nocopy',
    readOnly: false,
    propagation: '',
    noCopy: true,
  });
  assert.deepEqual(parseBind('/x').source, '');
  assert.equal(parseBind('/a:/x:ro,rshared').propagation, 'rshared');
});

test('parseBind() refuses what Docker refuses, in its words', () => {
  const refused: Record<string, string> = {
    x: `invalid volume specification: 'x': invalid mount config for type "volume": invalid mount path: 'x' mount path must be absolute`,
    '/tmp:x': `invalid volume specification: '/tmp:x': invalid mount config for type "bind": invalid mount path: 'x' mount path must be absolute`,
    '/tmp:/x:foo': 'invalid mode: foo',
    '/tmp:/x:ro,rw': 'invalid mode: ro,rw',
    'a:b:c:d': `invalid volume specification: 'a:b:c:d'`,
    '/x:ro': `invalid volume specification: '/x:ro'`,
    '/tmp:/': `invalid volume specification: '/tmp:/': invalid mount config for type "bind": invalid specification: destination can't be '/'`,
    'v:/x:rshared': 'invalid mode: rshared',
  };
  for (const [text, message] of Object.entries(refused)) assert.throws(() => parseBind(text), { code: 'INVALID_ARGUMENT', message }, text);
});

test('parseVolumesFrom() reads the mode', () => {
  assert.deepEqual(parseVolumesFrom('web'), { container: 'web', mode: 'rw' });
  assert.deepEqual(parseVolumesFrom('web:ro'), { container: 'web', mode: 'ro' });
  assert.throws(() => parseVolumesFrom('web:foo'), { message: 'invalid mode: foo' });
});
