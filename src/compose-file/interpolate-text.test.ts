import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpolateText, InterpolationError } from './interpolate-text.ts';

const variables: Readonly<Record<string, string>> = { A: 'a', EMPTY: '', NAME: 'A', low_1: 'x' };
const lookup = (name: string): string | undefined => variables[name];

test('interpolateText() knows every form', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['$A', 'a'],
    ['${A}', 'a'],
    ['x${A}y$A.z', 'xaya.z'],
    ['$low_1-', 'x-'],
    ['$$A $${A}', '$A ${A}'],
    ['${NO:-d}', 'd'],
    ['${NO-d}', 'd'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${A:+alt}', 'alt'],
    ['${A+alt}', 'alt'],
    ['${EMPTY:+alt}', ''],
    ['${EMPTY+alt}', 'alt'],
    ['${NO+alt}', ''],
    ['${A:?missing}', 'a'],
    ['${EMPTY?missing}', ''],
    ['${NO:-${A:-${B}}}', 'a'],
    ['${NO:-${NO2:-deep}}', 'deep'],
    ['${NO:-a:b-c?d}', 'a:b-c?d'],
    ['${NO:-}', ''],
    ['${NO:-$$x}', '$x'],
    ['${A:+${A}${A}}', 'aa'],
  ];
  for (const [text, expected] of cases) assert.equal(interpolateText(text, lookup), expected, text);
});

test('interpolateText() refuses what is no variable', () => {
  for (const text of ['$', 'a $ b', '${', '${}', '${A', '${1A}', '${A/b/c}', '${A:}', '$-', '${a b}']) {
    assert.throws(
      () => interpolateText(text, lookup),
      (error) => error instanceof InterpolationError && error.message.includes('invalid interpolation format'),
      text,
    );
  }
});

test('a required variable without a value is an error with its message', () => {
  assert.throws(() => interpolateText('${NO:?set $A}', lookup), /^Error: required variable NO is missing a value: set a$/);
  assert.throws(() => interpolateText('${EMPTY:?e}', lookup), /required variable EMPTY is missing a value: e/);
});

test('unset variables are told, those with a default are not', () => {
  const unset: string[] = [];
  assert.equal(interpolateText('$NO ${NO2} ${NO3:-x} ${A}', lookup, { unset: (name) => unset.push(name) }), '  x a');
  assert.deepEqual(unset, ['NO', 'NO2']);
});
