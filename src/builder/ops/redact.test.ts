import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Redactor } from './redact.ts';

function through(secrets: readonly string[], chunks: readonly string[]): string {
  const redactor = new Redactor(secrets.map((secret) => Buffer.from(secret)));
  return [...chunks.map((chunk) => redactor.push(Buffer.from(chunk))), redactor.end()].map((bytes) => Buffer.from(bytes).toString()).join('');
}

test('Redactor hides a secret, without the line break of its file', () => {
  assert.equal(through(['hunter22\n'], ['token=hunter22;\n']), 'token=***;\n');
});

test('Redactor hides a secret that is cut by chunks', () => {
  assert.equal(through(['hunter22'], ['a hun', 'ter', '22 b']), 'a *** b');
  assert.equal(through(['hunter22'], ['a hun', 'ting']), 'a hunting');
  assert.equal(through(['hunter22'], ['ends with hunt']), 'ends with hunt');
});

test('Redactor leaves short values alone', () => {
  assert.equal(through(['abc', ''], ['abc abc']), 'abc abc');
});

test('Redactor hides a secret that holds the replacement', () => {
  assert.equal(through(['***secret'], ['x***secret***secrety']), 'x******y');
});
