import assert from 'node:assert/strict';
import { test } from 'node:test';

import { compileGlob, hasWildcard, parseIgnore } from './index.ts';

const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['node_modules', ['node_modules', 'node_modules/a/b.js'], ['src/node_modules', 'node_modules2']],
  ['**/node_modules', ['node_modules/x', 'a/b/node_modules/x'], ['a/node_modulesx']],
  ['*.md', ['README.md'], ['docs/README.md']],
  ['**/*.md', ['README.md', 'docs/a/README.md'], ['README.mdx']],
  ['/secret', ['secret', 'secret/a'], ['a/secret']],
  ['dir/', ['dir', 'dir/a'], ['dirx']],
  ['a?c', ['abc'], ['ac', 'a/c']],
  ['temp[0-9]', ['temp1'], ['tempx']],
  ['[^a]b', ['cb'], ['ab', '/b']],
  ['./x/../y', ['y'], ['x']],
  ['**', ['anything', 'a/b'], []],
  ['a/**/z', ['a/z', 'a/b/c/z'], ['az']],
  ['*.md\n!README.md', ['other.md'], ['README.md']],
  ['docs\n!docs/keep\ndocs/keep/not', ['docs/a', 'docs/keep/not/x'], ['docs/keep/b']],
  ['# comment\n\n  spaced  \n', ['spaced'], ['# comment']],
  ['foo.bar', ['foo.bar'], ['fooxbar']],
  ['a\\*b', ['a*b'], ['axb']],
];

for (const [text, ignored, kept] of cases) {
  test(`parseIgnore(${JSON.stringify(text)}) ignores what Docker does`, () => {
    const rules = parseIgnore(text);
    for (const path of ignored) assert.ok(rules.ignores(path), `${path} is ignored`);
    for (const path of kept) assert.ok(!rules.ignores(path), `${path} is kept`);
  });
}

test('ruleFor() names the line that decides', () => {
  const rules = parseIgnore('*.md\n!README.md\n');
  assert.deepEqual([rules.ruleFor('a.md')?.line, rules.ruleFor('README.md')?.text, rules.ruleFor('x')], [1, '!README.md', undefined]);
});

test('parseIgnore() refuses a malformed pattern', () => {
  assert.throws(() => parseIgnore('[a'), { message: 'syntax error in pattern: "[a"' });
});

test('compileGlob() stops at folders unless "**" is allowed', () => {
  assert.ok(compileGlob('src/*.ts').test('src/a.ts'));
  assert.ok(!compileGlob('src/*.ts').test('src/b/a.ts'));
  assert.ok(compileGlob('src/**/*.ts', { doubleStar: true }).test('src/b/c/a.ts'));
  assert.ok(compileGlob('a.b$(x)').test('a.b$(x)'));
});

test('hasWildcard() does not see escaped characters', () => {
  assert.deepEqual([hasWildcard('a*'), hasWildcard('a\\*'), hasWildcard('a[b]'), hasWildcard('plain')], [true, false, true, false]);
});
