import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './nearest.ts';
import { shellWords } from './shell-words.ts';
import { formatDuration, parseBytes, parseDuration } from './units.ts';

test('parseDuration() and formatDuration() speak Go', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['90s', '1m30s'],
    ['1h', '1h0m0s'],
    ['1.5h', '1h30m0s'],
    ['500ms', '500ms'],
    ['1m0.5s', '1m0.5s'],
    ['0', '0s'],
    ['10us', '10µs'],
    ['2d', '48h0m0s'],
    ['7ns', '7ns'],
  ];
  for (const [text, expected] of cases) assert.equal(formatDuration(parseDuration(text) ?? Number.NaN), expected, text);
  for (const text of ['', '10', 's', '1x', '1s 2', 'abc']) assert.equal(parseDuration(text), undefined, text);
});

test('parseBytes() takes units of 1024', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['64m', 64 << 20],
    ['1.5gb', 1.5 * 2 ** 30],
    ['1024', 1024],
    ['10 KiB', 10240],
    ['2b', 2],
    ['1T', 2 ** 40],
    ['-1', -1],
  ];
  for (const [text, expected] of cases) assert.equal(parseBytes(text), expected, text);
  for (const text of ['', 'm', '1x', '1 m b', '-5']) assert.equal(parseBytes(text), undefined, text);
});

test('shellWords() understands quotes and backslashes and nothing else', () => {
  assert.deepEqual(shellWords(`npm  start "a b" 'c "d"' e\\ f "g\\"h" $X '' | x`), ['npm', 'start', 'a b', 'c "d"', 'e f', 'g"h', '$X', '', '|', 'x']);
  assert.throws(() => shellWords('echo "a'), /closing quote/);
  assert.throws(() => shellWords("echo 'a"), /closing quote/);
});

test('nearest() finds what was meant', () => {
  const known = ['image', 'depends_on', 'environment', 'ports', 'volumes'];
  assert.equal(nearest('imge', known), 'image');
  assert.equal(nearest('dependsOn', known), 'depends_on');
  assert.equal(nearest('depend_on', known), 'depends_on');
  assert.equal(nearest('enviroment', known), 'environment');
  assert.equal(nearest('port', known), 'ports');
  assert.equal(nearest('xyzzy', known), undefined);
});
