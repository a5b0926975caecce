import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expandWord, expandWords } from './index.ts';

const values: Readonly<Record<string, string>> = { name: 'web', empty: '', path: '/usr/local/bin:/usr/bin', spaced: 'a  b', file: 'foo.tar.gz' };

function lookup(name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

const words: readonly (readonly [string, string])[] = [
  ['plain', 'plain'],
  ['$name', 'web'],
  ['${name}s', 'webs'],
  ['$name.$name', 'web.web'],
  ['\\$name', '$name'],
  ["'$name'", '$name'],
  ['"$name"', 'web'],
  ['"\\$name"', '$name'],
  ['"a\\b"', 'a\\b'],
  ['a\\ b', 'a b'],
  ['$unset', ''],
  ['${unset:-other}', 'other'],
  ['${empty:-other}', 'other'],
  ['${empty-other}', ''],
  ['${unset-$name}', 'web'],
  ['${unset:-${name:-x}}', 'web'],
  ['${name:+yes}', 'yes'],
  ['${empty:+yes}', ''],
  ['${empty+yes}', 'yes'],
  ['${unset+yes}', ''],
  ['${name:?gone}', 'web'],
  ['${file#*.}', 'tar.gz'],
  ['${file##*.}', 'gz'],
  ['${file%.*}', 'foo.tar'],
  ['${file%%.*}', 'foo'],
  ['${file%g?}', 'foo.tar.'],
  ['${path/usr/opt}', '/opt/local/bin:/usr/bin'],
  ['${path//usr/opt}', '/opt/local/bin:/opt/bin'],
  ['${path/\\/usr/x}', 'x/local/bin:/usr/bin'],
  ['${file/*./}', 'gz'],
  ['$', '$'],
  ['a$', 'a$'],
  ['$$', ''],
];

for (const [word, expected] of words) {
  test(`expandWord(${JSON.stringify(word)}) is ${JSON.stringify(expected)}`, () => {
    assert.equal(expandWord(word, lookup), expected);
  });
}

test('expandWord() tells which variables are not set', () => {
  const unset: string[] = [];
  expandWord('$a ${b} ${c:-x} $name', lookup, { onUnset: (name) => unset.push(name) });
  assert.deepEqual(unset, ['a', 'b']);
});

test('expandWord() leaves quotes alone in a here-document, not escapes', () => {
  assert.equal(expandWord(`it's "$name" \\$name`, lookup, { literalQuotes: true }), `it's "web" $name`);
});

test('expandWord() takes the escape character of the directive', () => {
  assert.equal(expandWord('C:\\dir`$name', lookup, { escape: '`' }), 'C:\\dir$name');
});

const failures: readonly (readonly [string, RegExp])[] = [
  ['${unset:?must be given}', /^unset: must be given$/],
  ['${unset?}', /^unset: is not allowed to be unset$/],
  ['${empty:?}', /^empty: is not allowed to be empty$/],
  ['${name!x}', /unsupported modifier \(!\) in substitution/],
  ['${name:x}', /unsupported modifier \(:x\) in substitution/],
  ["'open", /matching single-quote/],
  ['"open', /matching double-quote/],
  ['${name:-x', /matching closing brace/],
];

for (const [word, message] of failures) {
  test(`expandWord(${JSON.stringify(word)}) is refused`, () => {
    assert.throws(() => expandWord(word, lookup), { code: 'INVALID_ARGUMENT', message });
  });
}

test('expandWords() splits at white space outside quotes, and splits plain values', () => {
  assert.deepEqual(expandWords(`80 "$spaced" $spaced '' x`, lookup), ['80', 'a  b', 'a', 'b', '', 'x']);
});
