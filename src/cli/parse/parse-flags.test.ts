import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerGroup } from '../table/containers.ts';
import { flag } from '../table/define.ts';
import { FlagError, parseFlags } from './parse-flags.ts';

const specs = [
  flag('d', 'detach', 'bool', ''),
  flag('i', 'interactive', 'bool', ''),
  flag('t', 'tty', 'bool', ''),
  flag('e', 'env', 'list', ''),
  flag('n', 'last', 'int', '', { default: '-1' }),
  flag('', 'alias', 'strings', ''),
  flag('f', 'filter', 'filter', ''),
  flag('', 'check', 'string', '', { check: (value) => (value === 'no' ? 'not this one' : undefined) }),
];

function parsed(words: readonly string[], wordEndsFlags = false): { set: Record<string, readonly string[]>; args: readonly string[] } {
  const { flags, args } = parseFlags(specs, words, { wordEndsFlags });
  return { set: Object.fromEntries(specs.filter(({ name }) => flags.changed(name)).map(({ name }) => [name, flags.list(name)])), args };
}

test('parseFlags() takes values behind "=", in the next word and glued to a letter', () => {
  assert.deepEqual(parsed(['--env=A=b', '--env', 'C=', '-eD', '-e=E', '-n5', '-n', '6', '-n=7']), {
    set: { env: ['A=b', 'C=', 'D', 'E'], last: ['5', '6', '7'] },
    args: [],
  });
});

test('parseFlags() takes letters apart until one that needs a value', () => {
  assert.deepEqual(parsed(['-dit', 'x']), { set: { detach: ['true'], interactive: ['true'], tty: ['true'] }, args: ['x'] });
  assert.deepEqual(parsed(['-iteA=b', 'x']), { set: { interactive: ['true'], tty: ['true'], env: ['A=b'] }, args: ['x'] });
});

test('parseFlags() reads flags behind words, unless a word ends them', () => {
  assert.deepEqual(parsed(['a', '-d', 'b']), { set: { detach: ['true'] }, args: ['a', 'b'] });
  assert.deepEqual(parsed(['-d', 'image', '-d', '--bogus'], true), { set: { detach: ['true'] }, args: ['image', '-d', '--bogus'] });
  assert.deepEqual(parsed(['-d', '--', '-d', '--bogus']), { set: { detach: ['true'] }, args: ['-d', '--bogus'] });
  assert.deepEqual(parsed(['-', '-d']), { set: { detach: ['true'] }, args: ['-'] });
});

test('parseFlags() gives the last value of a single flag and its default', () => {
  const { flags } = parseFlags(specs, ['--detach=false', '-d']);
  assert.equal(flags.bool('detach'), true);
  assert.equal(flags.int('last'), -1);
  assert.equal(flags.changed('last'), false);
});

test('parseFlags() splits comma-separated values, with quotes', () => {
  assert.deepEqual(parsed(['--alias', 'a,b', '--alias', '"c,d",e']).set, { alias: ['a', 'b', 'c,d', 'e'] });
});

test('parseFlags() refuses with the words of Docker', () => {
  const refusals: readonly (readonly [string[], string])[] = [
    [['--bogus'], 'unknown flag: --bogus'],
    [['-Zx'], "unknown shorthand flag: 'Z' in -Zx"],
    [['-dZx'], "unknown shorthand flag: 'Z' in -Zx"],
    [['--env'], 'flag needs an argument: --env'],
    [['-de'], "flag needs an argument: 'e' in -e"],
    [['--=x'], 'bad flag syntax: --=x'],
    [['-n', 'x'], 'invalid argument "x" for "-n, --last" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['--detach=maybe'], 'invalid argument "maybe" for "-d, --detach" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
    [['-f', 'x'], 'invalid argument "x" for "-f, --filter" flag: bad format of filter (expected name=value)'],
    [['--check', 'no'], 'invalid argument "no" for "--check" flag: not this one'],
  ];
  for (const [words, message] of refusals)
    assert.throws(
      () => parseFlags(specs, words),
      (error) => error instanceof FlagError && error.message === message,
    );
});

test('parseFlags() finds help in any place, and -h only where it is no flag of its own', () => {
  assert.equal(parseFlags(specs, ['x', '--help']).help, true);
  assert.deepEqual([parseFlags(specs, ['-h']).help, parseFlags(specs, ['-h']).shortHelp], [true, true]);
  const run = containerGroup.commands.find(({ name }) => name === 'run');
  assert.ok(run?.kind === 'command');
  assert.equal(parseFlags(run.flags, ['-h', 'name', 'image']).flags.string('hostname'), 'name');
});
