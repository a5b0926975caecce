import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mountTarget, parseMount } from './parse-mount.ts';

const same = (value: string): string => value;

test('parseMount() reads every kind of mount, with its aliases', () => {
  assert.deepEqual(
    { ...parseMount('type=cache,dst=/root/.npm,id=npm,sharing=locked,mode=0700,uid=1,gid=2,ro', same) },
    {
      type: 'cache',
      target: '/root/.npm',
      source: undefined,
      from: undefined,
      id: 'npm',
      env: undefined,
      readOnly: true,
      required: false,
      sharing: 'locked',
      mode: 0o700,
      uid: 1,
      gid: 2,
      sizeBytes: undefined,
    },
  );
  assert.equal(parseMount('target=/x,src=a,from=base,rw', same).readOnly, false);
  assert.equal(parseMount('type=secret,id=tok,required', same).required, true);
  assert.equal(parseMount('type=tmpfs,target=/t,size=64m', same).sizeBytes, 64 << 20);
  assert.equal(parseMount('target=/x,"source=a,b"', same).source, 'a,b');
});

test('parseMount() expands values', () => {
  assert.equal(parseMount('type=cache,target=$HOME/.npm', (value) => value.replace('$HOME', '/root')).target, '/root/.npm');
});

const refusals: readonly (readonly [string, RegExp])[] = [
  ['foo', /^invalid field 'foo' must be a key=value pair$/],
  ['type=foo', /^unsupported mount type "foo"$/],
  ['type=ssh', /ssh is not supported.*--secret/],
  ['type=bind,target=/x,wat=1', /^unexpected key 'wat' in 'wat=1'$/],
  ['type=bind,target=/x,mode=0755', /^mode not allowed for "bind" type mounts$/],
  ['type=cache,target=/x,sharing=some', /^unsupported sharing value "some"$/],
  ['type=cache,target=/x,mode=9', /^invalid value 9 for mode$/],
  ['target=/x,from=$BASE', /'from' doesn't support variable expansion, define alias stage instead/],
  ['type=tmpfs,target=/x,size=lots', /^invalid size: 'lots'$/],
];

for (const [text, message] of refusals) {
  test(`parseMount("${text}") is refused`, () => {
    assert.throws(() => parseMount(text, same), { message });
  });
}

test('mountTarget() is absolute and never the root', () => {
  assert.equal(mountTarget('cache', '/app'), '/app/cache');
  assert.equal(mountTarget('/../x', '/app'), '/x');
  assert.throws(() => mountTarget('/', '/app'), /cannot be mounted over/);
  assert.throws(() => mountTarget('..', '/app'), /cannot be mounted over/);
  assert.throws(() => mountTarget(undefined, '/app'), /required/);
});
