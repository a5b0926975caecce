import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDotenv } from './dotenv.ts';

const read = (text: string, raw = false): Record<string, string | null> =>
  Object.fromEntries(parseDotenv(text, { file: 'x.env', raw, lookup: (name) => ({ OUT: 'out' })[name] }));

test('parseDotenv() knows comments, export, quotes and escapes', () => {
  const text = [
    '# comment',
    '',
    'A=1',
    'export B=2',
    'C = spaced ',
    'D=a b # inline',
    'E=a#b',
    "F='single $A \\n' # c",
    'G="double $A \\n\\t\\"x\\" \\$A"',
    'H=$A-${OUT}-${NO:-d}',
    'I=',
    'J',
    'K: yaml',
    'L="two',
    'lines"',
    'M=\\n stays',
    "N=it's",
    'O=""',
    'P.q-r=x',
  ].join('\n');
  assert.deepEqual(read(text), {
    A: '1',
    B: '2',
    C: 'spaced',
    D: 'a b',
    E: 'a#b',
    F: 'single $A \\n',
    G: 'double 1 \n\t"x" $A',
    H: '1-out-d',
    I: '',
    J: null,
    K: 'yaml',
    L: 'two\nlines',
    M: '\\n stays',
    N: "it's",
    O: '',
    'P.q-r': 'x',
  });
});

test('windows line ends and a byte order mark do not matter', () => {
  assert.deepEqual(read('\uFEFFA=1\r\nB=2\r\n'), { A: '1', B: '2' });
});

test('raw values are taken as they are', () => {
  assert.deepEqual(read('A="quoted $X" # no comment\n# c\nB=\'x\'\nC', true), { A: '"quoted $X" # no comment', B: "'x'", C: null });
});

test('what is no variable is told with its line', () => {
  assert.throws(() => read('A=1\nB C=2'), /failed to read x\.env: line 2/);
  assert.throws(() => read('A="open'), /line 1: unterminated quoted value/);
  assert.throws(() => read('A=${'), /line 1: invalid interpolation format/);
});
