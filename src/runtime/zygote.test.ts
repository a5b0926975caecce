import assert from 'node:assert/strict';
import { test } from 'node:test';

import { encode } from './zygote.ts';

test('encode() writes length and entries, and lets no value begin another entry', () => {
  assert.equal(encode([['kind', 'run'], ['rows', 3]]).toString('latin1'), '\x10\0\0\0kind=run\0rows=3\0'); // prettier-ignore
  assert.throws(() => encode([['memory-cgroup', '/a\0after=/bin/sh']]), { code: 'INVALID_ARGUMENT', message: /memory-cgroup holds a zero byte/ });
});
