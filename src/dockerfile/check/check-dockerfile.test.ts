import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkDockerfile, parseDockerfile, RULES, ruleUrl } from '../index.ts';
import type { CheckContext } from '../index.ts';

function findings(text: string, more: Partial<CheckContext> = {}): string[] {
  const context: CheckContext = {
    buildArgs: {},
    platformArgs: ['TARGETPLATFORM', 'BUILDPLATFORM'],
    baseEnv: (image) => (image === 'busybox' ? ['PATH'] : undefined),
    isIgnored: () => false,
    ...more,
  };
  return checkDockerfile(parseDockerfile(text), context).findings.map(({ rule, message, range }) => `${range.start} ${rule}: ${message}`);
}

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['FROM scratch AS Base\n', ["1 StageNameCasing: Stage name 'Base' should be lowercase"]],
  ['FROM scratch as base\n', ["1 FromAsCasing: 'as' and 'FROM' keywords' casing do not match"]],
  ['FROM busybox\nRUN a \\\n\n  b\n', ['4 NoEmptyContinuation: Empty continuation line']],
  ['FROM busybox\nrun a\n', ["2 ConsistentInstructionCasing: Command 'run' should match the case of the command majority (uppercase)"]],
  ['from busybox\nrun a\nCOPY a b\n', ["3 ConsistentInstructionCasing: Command 'COPY' should match the case of the command majority (lowercase)"]],
  ['FROM scratch AS a\nFROM scratch AS a\n', ['2 DuplicateStageName: Duplicate stage name "a", stage names should be unique']],
  ['FROM busybox AS context\n', ['1 ReservedStageName: Stage name should not use the same name as reserved stage "context"']],
  ['FROM busybox\nCMD a\n', ['2 JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals']],
  ['FROM busybox\nSHELL ["/bin/bash", "-c"]\nCMD a\n', []],
  ['FROM busybox\nMAINTAINER me\n', ['2 MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label']],
  ['ARG VERSION=1\nFROM busybox:$VERSIO-x\n', ["2 UndefinedArgInFrom: FROM argument 'VERSIO' is not declared (did you mean VERSION?)"]],
  ['ARG VERSION\nFROM busybox:$VERSION\n', ['2 InvalidDefaultArgInFrom: Default value for ARG busybox:$VERSION results in empty or invalid base image name']],
  ['FROM busybox\nWORKDIR app\nWORKDIR src\n', ['2 WorkdirRelativePath: Relative workdir "app" can have unexpected results if the base image changes']],
  ['FROM busybox\nWORKDIR /app\nWORKDIR src\n', []],
  ['FROM busybox\nARG foobar\nLABEL a=$foobra\n', ["3 UndefinedVar: Usage of undefined variable '$foobra' (did you mean $foobar?)"]],
  ['FROM busybox\nENV A=$PATH:/x B=$undefined2\n', ["2 UndefinedVar: Usage of undefined variable '$undefined2'"]],
  ['FROM unknown/image\nENV A=$anything\n', []],
  [
    'FROM busybox\nCMD ["a"]\nCMD ["b"]\n',
    ['2 MultipleInstructionsDisallowed: Multiple CMD instructions should not be used in the same stage because only the last one will be used'],
  ],
  ['FROM busybox\nENV a b\n', ['2 LegacyKeyValueFormat: "ENV key=value" should be used instead of legacy "ENV key value" format']],
  [
    'FROM --platform=$TARGETPLATFORM busybox\n',
    ['1 RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior'],
  ],
  ['FROM --platform=linux/amd64 busybox\n', ['1 FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value "linux/amd64"']],
  ['FROM --platform=$BUILDPLATFORM busybox\n', []],
  [
    'FROM busybox\nARG API_TOKEN\nENV PUBLIC_KEY=1 MONKEY=2\n',
    ['2 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG "API_TOKEN")'],
  ],
  ['FROM busybox\nEXPOSE 80/TCP\n', ["2 ExposeProtoCasing: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase"]],
  [
    'FROM busybox\nEXPOSE 127.0.0.1:80:80\n',
    ["2 ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '127.0.0.1:80:80'"],
  ],
  ['# check=skip=StageNameCasing\nFROM busybox AS B\n', []],
  ['# check=skip=all\nFROM busybox as B\nCMD x\n', []],
];

for (const [text, expected] of cases) {
  test(`checkDockerfile() finds ${expected.length === 0 ? 'nothing' : expected.join('; ')} in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(findings(text), expected);
  });
}

test('checkDockerfile() runs experimental rules only on demand', () => {
  const text = 'FROM busybox\nCOPY a.md /x\n';
  const isIgnored = (path: string): boolean => path === 'a.md';
  assert.deepEqual(findings(text, { isIgnored }), []);
  assert.deepEqual(findings(`# check=experimental=CopyIgnoredFile\n${text}`, { isIgnored }), [
    '3 CopyIgnoredFile: Attempting to Copy file "a.md" that is excluded by .dockerignore',
  ]);
  assert.deepEqual(findings('# check=experimental=all\n# bar says nothing\nFROM busybox AS foo\n'), [
    '3 InvalidDefinitionDescription: Comment for build stage should follow the format: `# foo <description>`',
  ]);
});

test('checkDockerfile() fails the build where the file asks for it, and a build argument overrides', () => {
  const file = parseDockerfile('# check=error=true\nFROM busybox AS B\n');
  const context: CheckContext = { buildArgs: {}, platformArgs: [], baseEnv: () => [], isIgnored: () => false };
  assert.equal(checkDockerfile(file, context).failed, true);
  assert.equal(checkDockerfile(file, { ...context, buildArgs: { BUILDKIT_DOCKERFILE_CHECK: 'skip=all' } }).failed, false);
});

test('ruleUrl() leads to the page of the rule', () => {
  assert.equal(Object.keys(RULES).length, 22);
  assert.equal(ruleUrl('JSONArgsRecommended'), 'https://docs.docker.com/go/dockerfile/rule/json-args-recommended/');
});
