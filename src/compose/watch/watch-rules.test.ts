import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from '../../compose-file/index.ts';
import { compileRules } from './watch-rules.ts';

const service = (watch: NonNullable<NonNullable<Service['develop']>['watch']>): Service => ({ name: 'web', build: { context: '/p' }, develop: { watch } });

test('a rule is about what lies below its path and is not ignored', () => {
  const [rule] = compileRules(service([{ path: '/p/src', action: 'sync', target: '/app/src', ignore: ['node_modules/', '**/*.log'] }]), 'tmp\n');
  const cases = [
    ['/p/src/a.ts', true],
    ['/p/src', true],
    ['/p/src/node_modules/x.js', false],
    ['/p/src/deep/x.log', false],
    ['/p/other', false],
    ['/p/src/.git/HEAD', false],
    ['/p/src/a.ts~', false],
    ['/p/src/.a.ts.swp', false],
  ] as const;
  for (const [path, expected] of cases) assert.equal(rule?.matches(path), expected, path);
  assert.equal(rule?.targetOf('/p/src/deep/a.ts'), '/app/src/deep/a.ts');
  assert.equal(rule?.targetOf('/p/src'), '/app/src');
});

test("include narrows a rule, and the context's ignore file holds for all", () => {
  const [rule] = compileRules(service([{ path: '/p', action: 'sync', target: '/app', include: ['*.ts'] }]), 'tmp\n');
  assert.equal(rule?.matches('/p/a.ts'), true);
  assert.equal(rule?.matches('/p/a.js'), false);
  assert.equal(rule?.matches('/p/tmp/a.ts'), false);
});

test('a rebuild has no place in the container', () => {
  const [rule] = compileRules(service([{ path: '/p/package.json', action: 'rebuild', target: '/x' }]), '');
  assert.equal(rule?.matches('/p/package.json'), true);
  assert.equal(rule?.targetOf('/p/package.json'), undefined);
});
