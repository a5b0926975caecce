import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { root } from '../table/root.ts';
import { placeOf } from './complete.ts';
import { completionScript } from './scripts.ts';

function at(...words: string[]): unknown {
  const place = placeOf(root, words);
  return place.kind === 'lookup' ? [place.what, place.word, place.prefix] : place.candidates.map(({ value }) => value);
}

test('placeOf() completes commands, flags, values and names', () => {
  assert.deepEqual(at('ru'), ['run']);
  assert.deepEqual(at('container', 'l'), ['logs', 'ls']);
  assert.deepEqual(at('ps', '--no'), ['--no-trunc']);
  assert.deepEqual(at('run', '--pull', ''), ['always', 'missing', 'never']);
  assert.deepEqual(at('run', '--pull=a'), ['--pull=always']);
  assert.deepEqual(at('run', '--network', 'x'), ['network', 'x', '']);
  assert.deepEqual(at('run', '--network=x'), ['network', 'x', '--network=']);
  assert.deepEqual(at('run', '-it', '--rm', ''), ['image', '', '']);
  assert.deepEqual(at('run', 'image', '--'), []);
  assert.deepEqual(at('exec', '-it', 'w'), ['running', 'w', '']);
  assert.deepEqual(at('rm', 'a', 'b'), ['container', 'b', '']);
  assert.deepEqual(at('load', '-i', ''), ['file', '', '']);
  assert.deepEqual(at('completion', ''), ['bash', 'zsh', 'fish']);
  assert.deepEqual(at('network', 'connect', 'net', ''), ['container', '', '']);
});

test('completionScript() is a script that bash reads', () => {
  const script = completionScript('bash', 'slipway');
  assert.ok(script);
  execFileSync('bash', ['-n'], { input: script });
  const asked = execFileSync(
    'bash',
    [
      '-c',
      `${script}\nslipway() { printf 'run\\tMake a container\\nrm\\n'; }\nCOMP_WORDS=(slipway r) COMP_CWORD=1\n_slipway_complete\nprintf '%s,' "\${COMPREPLY[@]}"`,
    ],
    { encoding: 'utf8' },
  );
  assert.equal(asked, 'run,rm,');
  assert.equal(completionScript('tcsh', 'slipway'), undefined);
});
