import assert from 'node:assert/strict';
import { test } from 'node:test';
import { root } from '../table/root.ts';
import { resolveCommand } from './resolve-command.ts';
import { UsageError } from './usage-error.ts';

function resolved(line: string): unknown {
  const result = resolveCommand('docker', root, line.split(' ').filter(Boolean));
  return result.kind === 'help' ? ['help', result.path] : [result.path, result.spec.name, result.args];
}

test('resolveCommand() finds management and short forms, and aliases', () => {
  assert.deepEqual(resolved('ps -a'), ['docker ps', 'ps', []]);
  assert.deepEqual(resolved('container ls -a'), ['docker container ls', 'ls', []]);
  assert.deepEqual(resolved('container ps'), ['docker container ps', 'ls', []]);
  assert.deepEqual(resolved('rmi a b'), ['docker rmi', 'rmi', ['a', 'b']]);
  assert.deepEqual(resolved('-H unix:///x --debug images'), ['docker images', 'images', []]);
  assert.deepEqual(resolved('run -d image cmd --flag'), ['docker run', 'run', ['image', 'cmd', '--flag']]);
});

test('resolveCommand() gives flags of a group to its commands', () => {
  const result = resolveCommand('docker', root, ['compose', '-f', 'a.yaml', '-p', 'name', 'up', '-d']);
  assert.ok(result.kind === 'command');
  assert.deepEqual([result.flags.list('file'), result.flags.string('project-name'), result.flags.bool('detach')], [['a.yaml'], 'name', true]);
});

test('resolveCommand() knows when help is wanted', () => {
  for (const line of ['', '--help', 'help']) assert.deepEqual(resolved(line), ['help', 'docker']);
  assert.deepEqual(resolved('help run'), ['help', 'docker run']);
  assert.deepEqual(resolved('run --help image'), ['help', 'docker run']);
  assert.deepEqual(resolved('container'), ['help', 'docker container']);
  assert.deepEqual(resolved('run image --help'), ['docker run', 'run', ['image', '--help']]);
});

test('resolveCommand() refuses with the text and exit code of Docker', () => {
  const refusals: readonly (readonly [string, number, string])[] = [
    ['bogus', 1, "docker: unknown command: docker bogus\n\nRun 'docker --help' for more information"],
    ['container bogus', 1, "docker: unknown command: docker container bogus\n\nUsage:  docker container\n\nRun 'docker container --help' for more information"],
    [
      'run',
      1,
      "docker: 'docker run' requires at least 1 argument\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'docker run --help' for more information",
    ],
    [
      'exec x',
      1,
      "docker: 'docker exec' requires at least 2 arguments\n\nUsage:  docker exec [OPTIONS] CONTAINER COMMAND [ARG...]\n\nSee 'docker exec --help' for more information",
    ],
    ['ps x', 1, "docker: 'docker ps' accepts no arguments\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information"],
    [
      'rename a',
      1,
      "docker: 'docker rename' requires 2 arguments\n\nUsage:  docker rename CONTAINER NEW_NAME\n\nRun 'docker rename --help' for more information",
    ],
    ['run --bogus', 125, "unknown flag: --bogus\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker run --help' for more information"],
    ['--bogus', 125, "unknown flag: --bogus\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information"],
    ['help bogus', 1, 'unknown help topic: bogus'],
  ];
  for (const [line, exitCode, text] of refusals) {
    assert.throws(
      () => resolved(line),
      (error) => error instanceof UsageError && error.exitCode === exitCode && error.message === text,
      line,
    );
  }
});
