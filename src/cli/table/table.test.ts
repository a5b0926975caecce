import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText } from '../help.ts';
import { root, shortForms } from './root.ts';
import type { CommandSpec, FlagSpec, GroupSpec } from './types.ts';

/** Every command and group with the groups above it. */
function* everything(
  group: GroupSpec,
  above: readonly GroupSpec[] = [],
): Generator<{ path: string; groups: readonly GroupSpec[]; spec: CommandSpec | GroupSpec }> {
  const groups = [...above, group];
  for (const spec of group.commands) {
    const path = ['slipway', ...groups.slice(1).map(({ name }) => name), spec.name].join(' ');
    yield { path, groups: spec.kind === 'group' ? [...groups, spec] : groups, spec };
    if (spec.kind === 'group') yield* everything(spec, groups);
  }
}

test('every command has a module that runs', async () => {
  for (const { path, spec } of everything(root)) {
    if (spec.kind === 'command') assert.equal(typeof (await spec.load()).run, 'function', path);
  }
});

test('every command has help that names its flags', () => {
  for (const { path, groups, spec } of everything(root)) {
    const text = helpText('slipway', path, groups, spec, 80);
    assert.ok(text.startsWith(`Usage:  ${path}`), path);
    const flags: readonly FlagSpec[] = spec.flags ?? [];
    for (const { name, hidden } of flags) if (!hidden) assert.ok(text.includes(`--${name}`), `${path} --${name}`);
  }
});

test('no command has two flags of one name or letter', () => {
  for (const { path, spec } of everything(root)) {
    const names = (spec.flags ?? []).flatMap(({ name, short }) => (short ? [name, `-${short}`] : [name]));
    assert.deepEqual(names, [...new Set(names)], path);
  }
});

test('every short form of Docker is there', () => {
  const wanted =
    'attach build commit cp create diff events exec export history images import info kill load logs pause port ps pull push rename restart rm rmi run save start stats stop tag top unpause update wait';
  assert.deepEqual([...shortForms.keys()].filter((name) => name !== 'why').toSorted(), wanted.split(' '));
  for (const name of ['inspect', 'login', 'logout', 'search', 'version'])
    assert.ok(
      root.commands.some((one) => one.name === name),
      name,
    );
});

test("help of a command lists its other names, in Docker's form", () => {
  const ls = [...everything(root)].find(({ path }) => path === 'slipway container ls');
  assert.ok(ls);
  assert.match(
    helpText('slipway', 'slipway ps', [root], ls.spec, 80),
    /Aliases:\n {2}slipway container ls, slipway container list, slipway container ps, slipway ps\n/,
  );
});
