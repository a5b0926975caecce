import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DetachFilter, parseDetachKeys } from './detach-keys.ts';

function feed(chunks: readonly string[]): { passed: string; detached: boolean } {
  let detached = false;
  const filter = new DetachFilter(parseDetachKeys(''), () => {
    detached = true;
  });
  for (const chunk of chunks) filter.write(chunk);
  return { passed: (filter.read() as Buffer | null)?.toString() ?? '', detached };
}

test('parseDetachKeys() reads control keys and letters', () => {
  assert.deepEqual([...parseDetachKeys('ctrl-a,b,ctrl-[')], [1, 98, 27]);
  assert.deepEqual([...parseDetachKeys('')], [16, 17]);
  assert.throws(() => parseDetachKeys('ctrl-é'), { code: 'INVALID_ARGUMENT' });
});

test('DetachFilter finds the keys also across chunks, and passes what only begins like them', () => {
  assert.deepEqual(feed(['ls\n', '\x10', '\x11']), { passed: 'ls\n', detached: true });
  assert.deepEqual(feed(['a\x10b']), { passed: 'a\x10b', detached: false });
  assert.deepEqual(feed(['\x10\x10\x11']), { passed: '\x10', detached: true });
});
