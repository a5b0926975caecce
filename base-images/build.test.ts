import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const build = join(import.meta.dirname, 'build');
const run = (...args: string[]) => spawnSync(build, args, { encoding: 'utf8' });

test('build --list names an image for each recipe', () => {
  assert.deepEqual(run('--list').stdout.trim().split('\n'), [
    'busybox:latest',
    'debian:trixie-slim',
    'nginx:trixie',
    'node:24-trixie-slim',
    'postgres:17-trixie',
    'python:3.13-slim-trixie',
  ]);
});

test('build says what it does not know, and what there is', () => {
  const unknown = run('mysql:9', '--out', '/nowhere');
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /no recipe for mysql:9; there are: busybox:latest /);
  const flag = run('--fast');
  assert.deepEqual([flag.status, flag.stderr], [1, 'base-images: unknown flag: --fast (see base-images/build --help)\n']);
  assert.equal(run('node').status, 2, 'without --out');
});

test('the key of an image changes with its recipe, its files, its base and the machinery', () => {
  const copy = mkdtempSync(join(tmpdir(), 'base-images-'));
  const sh = (script: string) => spawnSync('bash', ['-c', script], { cwd: copy, encoding: 'utf8' });
  const keys = () => sh('here=.; fail() { exit 1; }; . lib/recipe.sh; for name in node debian busybox; do recipe_key $name; done').stdout.trim().split('\n');
  try {
    sh(`cp -r ${import.meta.dirname}/{lib,recipes,files} .`);
    const [node, debian, busybox] = keys();
    assert.match(String(node), /^[0-9a-f]{16}$/);
    assert.deepEqual(keys(), [node, debian, busybox], 'and with nothing else');
    sh('echo "# changed" >> recipes/debian.sh');
    const [node2, debian2, busybox2] = keys();
    assert.ok(node2 !== node && debian2 !== debian && busybox2 === busybox);
    sh('echo "# changed" >> files/node/usr/local/bin/docker-entrypoint.sh');
    const [node3, debian3] = keys();
    assert.ok(node3 !== node2 && debian3 === debian2);
    sh('echo "# changed" >> lib/layer.sh');
    assert.notEqual(keys()[2], busybox);
  } finally {
    rmSync(copy, { recursive: true });
  }
});
