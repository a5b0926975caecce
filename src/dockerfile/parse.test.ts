import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DockerfileError, parseDockerfile, parseTrigger, sourceExcerpt } from './index.ts';
import type { Dockerfile, Instruction } from './index.ts';

function instructions(text: string): Instruction[] {
  return parseDockerfile(text).stages.flatMap(({ instructions: list }) => list);
}

function only(text: string): Instruction {
  const [first, ...rest] = instructions(`FROM scratch\n${text}\n`);
  assert.ok(first);
  assert.equal(rest.length, 0);
  return first;
}

function failure(text: string): DockerfileError {
  try {
    parseDockerfile(text);
  } catch (error) {
    assert.ok(error instanceof DockerfileError);
    return error;
  }
  throw new assert.AssertionError({ message: `parsed: ${text}` });
}

test('parseDockerfile() puts instructions into stages and finds names in lower case', () => {
  const file: Dockerfile = parseDockerfile('ARG V=1\nFROM node:$V AS Build\nRUN make\nFROM --platform=linux/amd64 build\nCOPY --from=Build /a /b\n');
  assert.deepEqual(
    file.stages.map(({ name, from, instructions: list }) => [name, from.image, from.platform, list.map(({ kind }) => kind)]),
    [
      ['build', 'node:$V', undefined, ['run']],
      [undefined, 'build', 'linux/amd64', ['copy']],
    ],
  );
  assert.deepEqual(file.globalArgs[0]?.args, [{ name: 'V', value: '1' }]);
});

test('parseDockerfile() joins continuations, drops comments between them and keeps line ranges', () => {
  const [run, cmd] = instructions('FROM scratch\n\n# why\nRUN a && \\\n  # not this\n\n  b \\  \n  c\nCMD ["x", "y z"]\n');
  assert.ok(run?.kind === 'run');
  assert.deepEqual(run.command, { form: 'shell', text: 'a &&   b   c' });
  assert.deepEqual(run.raw.range, { start: 4, end: 8 });
  assert.deepEqual(run.raw.comments, ['why']);
  assert.ok(cmd?.kind === 'cmd');
  assert.deepEqual(cmd.command, { form: 'exec', args: ['x', 'y z'] });
});

test('parseDockerfile() takes an escaped escape at the end of a line for text', () => {
  const [run] = instructions('FROM scratch\nRUN dir \\\\\nRUN b\n');
  assert.ok(run?.kind === 'run');
  assert.deepEqual(run.command, { form: 'shell', text: 'dir \\\\' });
});

test('parseDockerfile() honours the escape directive, a byte order mark and CRLF', () => {
  const file = parseDockerfile('\uFEFF# escape=`\r\nFROM scratch\r\nRUN a `\r\n  b\r\n');
  assert.equal(file.directives.escape, '`');
  const run = file.stages[0]?.instructions[0];
  assert.ok(run?.kind === 'run');
  assert.deepEqual(run.command, { form: 'shell', text: 'a   b' });
});

test('parseDockerfile() stops looking for directives at the first other line', () => {
  assert.equal(parseDockerfile('# comment\n# escape=`\nFROM scratch\n').directives.escape, '\\');
  assert.equal(parseDockerfile('# syntax=docker/dockerfile:1\n# check=skip=all\nFROM scratch\n').directives.check, 'skip=all');
});

test('parseDockerfile() reads here-documents: expanding, quoted, with tabs cut, several to a line', () => {
  const [run, copy] = instructions('FROM scratch\nRUN <<EOF\n#!/bin/sh\necho "$HOME"\nEOF\nCOPY <<-one <<"two" /dst/\n\t\tfirst\n\tone\nsecond $x\ntwo\n');
  assert.ok(run?.kind === 'run');
  assert.deepEqual(
    run.heredocs.map(({ name, content, expand }) => ({ name, content, expand })),
    [{ name: 'EOF', content: '#!/bin/sh\necho "$HOME"\n', expand: true }],
  );
  assert.ok(copy?.kind === 'copy');
  assert.deepEqual(copy.inline, [
    { path: 'one', data: 'first\n', expand: true },
    { path: 'two', data: 'second $x\n', expand: false },
  ]);
  assert.deepEqual(copy.sources, []);
});

test('parseDockerfile() does not take a shift or a here-string for a here-document', () => {
  const run = only('RUN echo $((1<<2)) && cat <<<x');
  assert.ok(run.kind === 'run');
  assert.equal(run.heredocs.length, 0);
});

test('parseDockerfile() reads the flags of COPY and ADD', () => {
  const copy = only('COPY --from=base --chown=node:staff --chmod=755 --link --parents --exclude=*.md --exclude=x a b /dst/');
  assert.ok(copy.kind === 'copy');
  const { from, chown, chmod, link, parents, exclude, sources, destination } = copy;
  assert.deepEqual(
    { from, chown, chmod, link, parents, exclude, sources, destination },
    { from: 'base', chown: 'node:staff', chmod: '755', link: true, parents: true, exclude: ['*.md', 'x'], sources: ['a', 'b'], destination: '/dst/' },
  );
  const add = only(`ADD --checksum=sha256:${'0'.repeat(64)} --link=false --unpack=true https://x/y.tgz /`);
  assert.ok(add.kind === 'add');
  assert.equal(add.link, false);
  assert.equal(add.unpack, true);
});

test('parseDockerfile() reads ENV in both forms and keeps quotes for the expansion', () => {
  const modern = only('ENV A=1 B="two words" C=a\\ b');
  assert.ok(modern.kind === 'env');
  assert.deepEqual(modern.pairs, [
    { key: 'A', value: '1' },
    { key: 'B', value: '"two words"' },
    { key: 'C', value: 'a\\ b' },
  ]);
  const legacy = only('ENV NAME  some value = here');
  assert.ok(legacy.kind === 'env');
  assert.deepEqual([legacy.pairs, legacy.legacy], [[{ key: 'NAME', value: 'some value = here' }], true]);
});

test('parseDockerfile() takes what is no valid JSON array for shell form', () => {
  const run = only('RUN [ -f /x ] && echo yes');
  assert.ok(run.kind === 'run');
  assert.deepEqual(run.command, { form: 'shell', text: '[ -f /x ] && echo yes' });
});

test('parseDockerfile() reads HEALTHCHECK with every option', () => {
  const check = only('HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=5s --start-interval=2s --retries=4 CMD curl -f http://localhost/');
  assert.ok(check.kind === 'healthcheck');
  const { test: probe, interval, timeout, startPeriod, startInterval, retries } = check;
  assert.deepEqual(
    { probe, interval, timeout, startPeriod, startInterval, retries },
    { probe: ['CMD-SHELL', 'curl -f http://localhost/'], interval: 90e9, timeout: 5e8, startPeriod: 5e9, startInterval: 2e9, retries: 4 },
  );
});

test('parseDockerfile() keeps ONBUILD triggers as written; parseTrigger() reads them', () => {
  const onbuild = only('ONBUILD COPY --chown=1:2 . /app');
  assert.ok(onbuild.kind === 'onbuild');
  assert.equal(onbuild.expression, 'COPY --chown=1:2 . /app');
  const copy = parseTrigger(onbuild.expression);
  assert.ok(copy.kind === 'copy');
  assert.equal(copy.chown, '1:2');
});

test('parseDockerfile() sees descriptions of arguments in the comments above them', () => {
  const arg = only('# VERSION of the compiler\nARG VERSION=2');
  assert.ok(arg.kind === 'arg');
  assert.deepEqual(arg.args, [{ name: 'VERSION', value: '2', description: 'of the compiler' }]);
});

const refusals: readonly (readonly [string, string])[] = [
  ['FROM scratch\nFOO bar', 'dockerfile parse error on line 2: unknown instruction: FOO (did you mean FROM?)'],
  ['FROM', 'dockerfile parse error on line 1: FROM requires either one or three arguments'],
  ['FROM scratch AS 9a', `dockerfile parse error on line 1: invalid name for build stage: "9a", name can't start with a number or contain symbols`],
  ['RUN x', 'no build stage in current context'],
  [
    'FROM scratch\nCOPY a',
    'dockerfile parse error on line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined',
  ],
  ['FROM scratch\nCOPY --frm=x a b', 'dockerfile parse error on line 2: unknown flag: --frm (did you mean from?)'],
  ['FROM scratch\nCOPY --link=maybe a b', 'dockerfile parse error on line 2: expecting boolean value for flag --link, not: maybe'],
  ['FROM scratch\nCOPY --chown a b', 'dockerfile parse error on line 2: missing a value on flag: --chown'],
  ['FROM scratch\nENV a', 'ENV must have two arguments'],
  ['FROM scratch\nENV a=b c', `Syntax error - can't find = in "c". Must be of the form: name=value`],
  ['FROM scratch\nENV =b', 'dockerfile parse error on line 2: ENV names can not be blank'],
  ['FROM scratch\nSHELL foo', 'dockerfile parse error on line 2: SHELL requires the arguments to be in JSON form'],
  ['FROM scratch\nCMD [1,2]', 'when using JSON array syntax, arrays must be comprised of strings only'],
  ['FROM scratch\nHEALTHCHECK FOO', 'dockerfile parse error on line 2: Unknown type "FOO" in HEALTHCHECK (try CMD)'],
  ['FROM scratch\nHEALTHCHECK --interval=1x CMD a', 'dockerfile parse error on line 2: time: unknown unit "x" in duration "1x"'],
  ['FROM scratch\nHEALTHCHECK --interval=-1s CMD a', 'dockerfile parse error on line 2: Interval "interval" cannot be less than 1ms'],
  ['FROM scratch\nHEALTHCHECK NONE x', 'dockerfile parse error on line 2: HEALTHCHECK NONE takes no arguments'],
  ['FROM scratch\nONBUILD ONBUILD RUN x', "dockerfile parse error on line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"],
  ['FROM scratch\nONBUILD FROM x', "dockerfile parse error on line 2: FROM isn't allowed as an ONBUILD trigger"],
  ['FROM scratch\nVOLUME [""]', 'dockerfile parse error on line 2: VOLUME specified can not be an empty string'],
  ['FROM scratch\nRUN --network=foo x', 'dockerfile parse error on line 2: invalid network mode "foo"'],
  ['FROM scratch\nCOPY <<EOF /x\nhallo', 'unterminated heredoc'],
  ['# escape=x\nFROM scratch', "invalid escape token 'x' does not match ` or \\"],
  ['# comment only', 'file with no instructions'],
];

for (const [text, message] of refusals) {
  test(`parseDockerfile() refuses ${JSON.stringify(text.split('\n').at(-1))} in Docker's words`, () => {
    assert.equal(failure(`${text}\n`).message, message);
  });
}

test('parseDockerfile() refuses what would need privileges, and says what to do', () => {
  assert.match(failure('FROM scratch\nRUN --security=insecure x\n').message, /never run privileged/);
  assert.match(failure('FROM scratch\nRUN --device=gpu x\n').message, /no host devices/);
});

test('sourceExcerpt() shows the lines around the culprit as BuildKit does', () => {
  const source = 'FROM scratch\nFOO bar\n';
  assert.equal(
    sourceExcerpt('Dockerfile', source, { start: 2, end: 2 }),
    ['Dockerfile:2', '--------------------', '   1 |     FROM scratch', '   2 | >>> FOO bar', '   3 |     ', '--------------------'].join('\n'),
  );
});
