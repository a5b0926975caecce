import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { openBuildRig } from '../../test/support/build-rig.ts';
import type { BuildRig, RigBuild, RigResult } from '../../test/support/build-rig.ts';
import { fileEntry, tarBytes } from '../tar/index.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root: mounts overlayfs';

let rig: BuildRig;
before(async () => {
  if (!skip) rig = await openBuildRig();
});
after(async () => {
  if (!skip) await rig[Symbol.asyncDispose]();
});

async function built(request: RigBuild): Promise<RigResult & { imageId: string }> {
  const result = await rig.build(request);
  assert.ifError(result.error);
  assert.ok(result.imageId);
  return { ...result, imageId: result.imageId };
}

/** Files that a Dockerfile over `scratch` makes. */
async function tree(dockerfile: string, files: RigBuild['files'] = context): Promise<string[]> {
  const { imageId } = await built({ files: { ...files, Dockerfile: dockerfile } });
  return await rig.tree(imageId);
}

const link = (linkName: string): ReturnType<typeof fileEntry> => ({ ...fileEntry('', 0), type: 'symlink', mode: 0o777, linkName });
const context = { a: 'A', b: 'B', 'dir/': '', 'dir/c': 'C', 'dir/sub/': '', 'dir/sub/d': 'D', 'dir/up': link('../a'), la: link('a'), ldir: link('dir') };

const copies: readonly (readonly [string, readonly string[]])[] = [
  ['COPY a /x/y', ['x/ directory 755 0:0', 'x/y file 644 0:0: A']],
  ['COPY a /x/y/', ['x/ directory 755 0:0', 'x/y/ directory 755 0:0', 'x/y/a file 644 0:0: A']],
  ['COPY dir /x', ['x/ directory 755 0:0', 'x/c file 644 0:0: C', 'x/sub/ directory 755 0:0', 'x/sub/d file 644 0:0: D', 'x/up symlink 777 0:0 -> ../a']],
  ['COPY a b /', ['a file 644 0:0: A', 'b file 644 0:0: B']],
  ['COPY nothing* /x/', []],
  ['COPY la ldir/c /x/', ['x/ directory 755 0:0', 'x/c file 644 0:0: C', 'x/la file 644 0:0: A']],
  ['COPY dir/* /x/', ['x/ directory 755 0:0', 'x/c file 644 0:0: C', 'x/d file 644 0:0: D', 'x/up file 644 0:0: A']],
  ['COPY ../a /x', ['x file 644 0:0: A']],
  ['COPY --chown=5:6 --chmod=u=rwX,go=rX dir/sub /x', ['x/ directory 755 5:6', 'x/d file 644 5:6: D']],
  ['COPY --exclude=sub --exclude=up dir /x/', ['x/ directory 755 0:0', 'x/c file 644 0:0: C']],
  [
    'COPY --parents dir/sub/d a /x/',
    ['x/ directory 755 0:0', 'x/a file 644 0:0: A', 'x/dir/ directory 755 0:0', 'x/dir/sub/ directory 755 0:0', 'x/dir/sub/d file 644 0:0: D'],
  ],
  [
    'COPY dir /f\nCOPY a /f',
    [
      'f/ directory 755 0:0',
      'f/a file 644 0:0: A',
      'f/c file 644 0:0: C',
      'f/sub/ directory 755 0:0',
      'f/sub/d file 644 0:0: D',
      'f/up symlink 777 0:0 -> ../a',
    ],
  ],
  ['COPY --link a /x/y', ['x/ directory 755 0:0', 'x/y file 644 0:0: A']],
  ['WORKDIR /w\nCOPY a .\nWORKDIR v\nCOPY a ../z', ['w/ directory 755 0:0', 'w/a file 644 0:0: A', 'w/v/ directory 755 0:0', 'w/z file 644 0:0: A']],
  ['ARG D=dir\nENV F=c\nCOPY $D/${F} /o/$F', ['o/ directory 755 0:0', 'o/c file 644 0:0: C']],
  ['COPY ["a", "/with space"]', ['with space file 644 0:0: A']],
  [
    'COPY <<E <<"F" /h/\n$PATH is \\$PATH\nE\n$x\nF',
    ['h/ directory 755 0:0', 'h/E file 644 0:0: /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin is $PATH\n', 'h/F file 644 0:0: $x\n'],
  ],
];

for (const [instructions, expected] of copies) {
  test(`${JSON.stringify(instructions)} makes what BuildKit makes`, { skip }, async () => {
    assert.deepEqual(await tree(`FROM scratch\n${instructions}\n`), expected);
  });
}

test('COPY --from keeps owners, ADD unpacks archives with theirs', { skip }, async () => {
  assert.deepEqual(await tree('FROM scratch AS s\nCOPY --chown=5:6 a /x/y\nFROM scratch\nCOPY --from=s /x /z\n'), [
    'z/ directory 755 0:0',
    'z/y file 644 5:6: A',
  ]);
  const archive = gzipSync(await tarBytes([{ entry: fileEntry('in/f', 2, { uid: 7, gid: 8, mode: 0o640 }), body: Buffer.from('hi') }]));
  const { imageId } = await built({
    files: { Dockerfile: 'FROM scratch\nADD t.tgz /x\nADD --unpack=false t.tgz /y\nADD --chown=1:2 t.tgz /z/\n' },
    binary: { 't.tgz': archive },
  });
  const files = (await rig.tree(imageId)).filter((line) => !line.startsWith('y '));
  assert.deepEqual(files, [
    'x/ directory 755 0:0',
    'x/in/ directory 755 0:0',
    'x/in/f file 640 7:8: hi',
    'z/ directory 755 1:2',
    'z/in/ directory 755 1:2',
    'z/in/f file 640 1:2: hi',
  ]);
});

test('ADD unpacks what is a tar inside, however compressed, and nothing else', { skip }, async () => {
  const tar = await tarBytes([{ entry: fileEntry('f', 2), body: Buffer.from('hi') }]);
  const compress = (command: string, bytes: Buffer): Buffer => execFileSync(command, ['-c'], { input: bytes });
  const binary = { 'a.xz': compress('xz', tar), 'b.bz2': compress('bzip2', tar), 'c.zst': zstdCompressSync(tar), 'd.tar': tar, 'e.gz': gzipSync('no tar') };
  const { imageId } = await built({ files: { Dockerfile: 'FROM scratch\nADD a.xz /a\nADD b.bz2 /b\nADD c.zst /c\nADD d.tar /d\nADD e.gz /e\n' }, binary });
  const files = await rig.tree(imageId);
  for (const folder of ['a', 'b', 'c', 'd']) assert.ok(files.includes(`${folder}/f file 644 0:0: hi`), folder);
  assert.ok(files.some((line) => line.startsWith('e file 644')));
});

test('COPY goes through links of the root file system and never out of it', { skip }, async () => {
  const { imageId } = await built({
    files: {
      ...context,
      Dockerfile: 'FROM scratch AS l\nCOPY links /\nFROM l\nCOPY a /lib/x\nCOPY a /out/x\nCOPY a /file\nCOPY --chmod=700 dir/sub /new\n',
      'links/': '',
      'links/usr/': '',
      'links/lib': link('usr'),
      'links/out': link('../../../../tmp'),
      'links/tmp/': '',
      'links/file': link('/usr/real'),
      'links/new': link('/usr/new'),
    },
  });
  const files = await rig.tree(imageId);
  assert.ok(files.includes('usr/x file 644 0:0: A'));
  assert.ok(files.includes('tmp/x file 644 0:0: A'));
  assert.ok(files.includes('usr/real file 644 0:0: A'));
  assert.ok(files.includes('usr/new/ directory 700 0:0'));
});

test('a second build is cached as a whole and gives the same image', { skip }, async () => {
  const files = { Dockerfile: 'FROM busybox\nWORKDIR /app\nCOPY a .\nRUN echo once > made\nCMD ["sh"]\n', a: 'cached?' };
  const first = await built({ files, query: { t: 'same' } });
  const ranBefore = rig.ran.length;
  const second = await built({ files, query: { t: 'same' } });
  assert.equal(second.imageId, first.imageId);
  assert.equal(rig.ran.length, ranBefore);
  assert.match(second.text, /Step 4\/5 : RUN echo once > made\n ---> Using cache\n/);
});

test('an image that claims to be a step is not taken for one, also when a build is told to (CVE-2024-24557)', { skip }, async () => {
  const [honest, evil] = ['RUN echo honest > /made', 'RUN echo evil > /made'];
  const { imageId } = await built({ files: { Dockerfile: `FROM busybox\n${evil}\n` } });
  const { id: parent } = rig.images.resolve('busybox');
  const { config, layers } = rig.images.resolve(imageId);
  const history = config.history?.map((entry) => ({ ...entry, created_by: entry.created_by?.replace('evil', 'honest') ?? '' }));
  assert.match(history?.at(-1)?.created_by ?? '', /echo honest/);
  await rig.images.create({ config: { ...config, history: history ?? [] }, layers: layers.map((diffId) => ({ diffId })), parent, tags: ['poison'] });
  const ranBefore = rig.ran.length;
  const result = await built({ files: { Dockerfile: `FROM busybox\n${honest}\n` }, query: { cachefrom: '["poison"]' } });
  assert.equal(rig.ran.length, ranBefore + 1);
  assert.deepEqual(await rig.tree(result.imageId), ['made file 644 0:0: honest\n']);
});

test('only what changed runs again, and the reason is told', { skip }, async () => {
  const dockerfile = 'FROM busybox\nARG VERSION=1\nCOPY deps /deps\nRUN echo $VERSION > /made\nCOPY src /src\n';
  const files = { Dockerfile: dockerfile, deps: 'd', src: 's' };
  const query = { t: 'why', 'slipway-events': '1' };
  await built({ files, query });
  const source = await built({ files: { ...files, src: 's2' }, query });
  const missesOf = ({ events }: RigResult): string[] => events.flatMap((event) => (event.kind === 'miss' ? event.reasons : []));
  assert.deepEqual(missesOf(source), ['file changed: src']);
  const version = await built({ files: { ...files, src: 's2' }, query: { ...query, buildargs: '{"VERSION":"2"}' } });
  assert.deepEqual(missesOf(version), ['variable VERSION changed: 1 → 2', 'a step before it changed']);
});

test('a changed file with the same outcome does not run the steps after it', { skip }, async () => {
  const dockerfile = 'FROM busybox AS build\nCOPY in /in\nRUN cut -c1 /in > /out\nFROM busybox\nCOPY --from=build /out /out\nRUN cat /out > /copy\n';
  await built({ files: { Dockerfile: dockerfile, in: 'x1\n' } });
  const ranBefore = rig.ran.length;
  await built({ files: { Dockerfile: dockerfile, in: 'x2\n' } });
  assert.deepEqual(rig.ran.slice(ranBefore), ['/bin/sh -c cut -c1 /in > /out']);
});

test('stages that the target does not need are skipped', { skip }, async () => {
  const dockerfile = 'FROM nowhere.invalid/none AS broken\nRUN false\nFROM scratch AS good\nCOPY a /a\nFROM broken\n';
  const { imageId } = await built({ files: { Dockerfile: dockerfile, a: 'A' }, query: { target: 'good' } });
  assert.deepEqual(await rig.tree(imageId), ['a file 644 0:0: A']);
});

test('steps of independent stages run side by side', { skip }, async () => {
  const wait = (mine: string, other: string): string => `touch /c/${mine}; for i in $(seq 200); do [ -e /c/${other} ] && exit 0; usleep 50000; done; exit 1`;
  const dockerfile = `FROM busybox AS one\nRUN --mount=type=cache,target=/c,id=meet ${wait('a', 'b')}\nFROM busybox AS two\nRUN --mount=type=cache,target=/c,id=meet ${wait('b', 'a')}\nFROM scratch\nCOPY --from=one /etc/passwd /1\nCOPY --from=two /etc/passwd /2\n`;
  await built({ files: { Dockerfile: dockerfile } });
});

test('the same step of two builds at once runs once', { skip }, async () => {
  const files = { Dockerfile: 'FROM busybox\nRUN usleep 300000; echo shared-step > /x\n' };
  const ranBefore = rig.ran.length;
  const [one, two] = await Promise.all([built({ files, query: { t: 'one' } }), built({ files, query: { t: 'two' } })]);
  assert.equal(rig.ran.length - ranBefore, 1);
  assert.equal(one.imageId, two.imageId);
});

test('an image has the config and history that BuildKit would write', { skip }, async () => {
  const dockerfile = [
    'ARG V=1',
    'FROM scratch AS base',
    'ARG V',
    'LABEL one="a b" two=2',
    'ENV X=$V Y="q w"',
    'WORKDIR /app',
    'COPY --chown=1:2 a ./',
    'VOLUME /data',
    'EXPOSE 80 443/udp 8000-8001',
    'USER 1000',
    'STOPSIGNAL SIGQUIT',
    'SHELL ["/bin/bash", "-c"]',
    'ENTRYPOINT echo hi',
    'CMD ["a"]',
    'HEALTHCHECK --interval=5s --start-interval=1s --retries=3 CMD curl x',
    'MAINTAINER me',
    'FROM base',
    'CMD foo bar',
  ].join('\n');
  const { imageId } = await built({ files: { Dockerfile: dockerfile, a: 'A' }, query: { labels: '{"three":"3"}' } });
  const { config } = rig.images.resolve(imageId);
  assert.deepEqual(config.config, {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'X=1', 'Y=q w'],
    WorkingDir: '/app',
    Labels: { one: 'a b', two: '2', three: '3' },
    Volumes: { '/data': {} },
    ExposedPorts: { '443/udp': {}, '80/tcp': {}, '8000/tcp': {}, '8001/tcp': {} },
    User: '1000',
    StopSignal: 'SIGQUIT',
    Shell: ['/bin/bash', '-c'],
    Entrypoint: ['/bin/bash', '-c', 'echo hi'],
    ArgsEscaped: true,
    Cmd: ['/bin/bash', '-c', 'foo bar'],
    Healthcheck: { Test: ['CMD-SHELL', 'curl x'], Interval: 5e9, StartInterval: 1e9, Retries: 3 },
  });
  assert.equal(config.author, 'me');
  assert.deepEqual(
    config.history?.map(({ created_by: by, empty_layer: empty }) => `${empty ? '- ' : ''}${by}`),
    [
      '- ARG V=1',
      '- LABEL one=a b two=2',
      '- ENV X=1 Y=q w',
      'WORKDIR /app',
      'COPY --chown=1:2 a ./ # buildkit',
      '- VOLUME [/data]',
      '- EXPOSE [443/udp 80/tcp 8000/tcp 8001/tcp]',
      '- USER 1000',
      '- STOPSIGNAL SIGQUIT',
      '- SHELL [/bin/bash -c]',
      '- ENTRYPOINT ["/bin/bash" "-c" "echo hi"]',
      '- CMD ["a"]',
      `- HEALTHCHECK &{["CMD-SHELL" "curl x"] "5s" "0s" "0s" "1s" '\\x03'}`,
      '- MAINTAINER me',
      '- CMD ["/bin/bash" "-c" "foo bar"]',
    ],
  );
});

test('SOURCE_DATE_EPOCH makes builds without cache equal to the bit', { skip }, async () => {
  const request = {
    files: { Dockerfile: 'FROM busybox\nWORKDIR /w\nCOPY a .\nRUN date > /dev/null; echo x > y\n', a: 'A' },
    query: { nocache: '1', buildargs: '{"SOURCE_DATE_EPOCH":"1700000000"}' },
  };
  const first = await built(request);
  const second = await built(request);
  assert.equal(second.imageId, first.imageId);
  assert.equal(rig.images.resolve(first.imageId).config.created, '2023-11-14T22:13:20.000Z');
});

test('the digest of a COPY layer does not depend on the cache or the clock', { skip }, async () => {
  const request = { files: { Dockerfile: 'FROM scratch\nCOPY . /deep/folder/\n', a: 'A', 'd/e': 'E' }, query: { nocache: '1' } };
  const [first, second] = [await built(request), await built(request)];
  assert.deepEqual(rig.images.resolve(second.imageId).layers, rig.images.resolve(first.imageId).layers);
});

test('ARG: scopes, defaults, overrides and ENV', { skip }, async () => {
  const dockerfile = [
    'ARG GLOBAL=g OTHER=o',
    'FROM busybox AS base',
    'RUN echo "1:$GLOBAL" >> /log',
    'ARG GLOBAL',
    'ARG LOCAL=default',
    'RUN echo "2:$GLOBAL $LOCAL" >> /log',
    'ENV LOCAL=env',
    'ARG LOCAL=again',
    'RUN echo "3:$LOCAL" >> /log',
    'FROM base',
    'RUN echo "4:$GLOBAL $OTHER $TARGETARCH $http_proxy" >> /log',
    'ARG TARGETARCH OTHER=${GLOBAL}x',
    'RUN echo "5:$OTHER ${TARGETARCH:+arch}" >> /log',
  ].join('\n');
  const { imageId } = await built({ files: { Dockerfile: dockerfile }, query: { buildargs: '{"GLOBAL":"given","http_proxy":"http://proxy"}' } });
  const log = (await rig.tree(imageId)).find((line) => line.startsWith('log '));
  assert.equal(log, 'log file 644 0:0: 1:\n2:given default\n3:env\n4:given   http://proxy\n5:givenx arch\n');
  assert.ok(!JSON.stringify(rig.images.resolve(imageId).config).includes('http://proxy'));
});

test('RUN --mount: cache is kept, bind is read, tmpfs is empty, nothing of them is in the layer', { skip }, async () => {
  const dockerfile = [
    'FROM busybox AS tool',
    'RUN echo tool > /tool',
    'FROM busybox',
    'RUN --mount=type=cache,target=/c echo 1 >> /c/n && wc -l < /c/n > /count',
    'RUN --mount=target=/ctx --mount=type=bind,from=tool,source=/tool,target=/t cat /ctx/a /t > /bound; touch /ctx/new 2>/dev/null || echo read-only >> /bound',
    'RUN --mount=type=bind,target=/ctx,rw touch /ctx/new && ls /ctx > /listed',
    'RUN --mount=type=tmpfs,target=/tmpfs ls -A /tmpfs > /empty && touch /tmpfs/x',
  ].join('\n');
  const { imageId } = await built({ files: { Dockerfile: dockerfile, a: 'A' } });
  assert.deepEqual(await rig.tree(imageId), [
    'bound file 644 0:0: Atool\nread-only\n',
    'count file 644 0:0: 1\n',
    'empty file 644 0:0: ',
    'listed file 644 0:0: Dockerfile\na\nnew\n',
  ]);
});

test('secrets reach the step and nothing else', { skip }, async () => {
  const canary = 'canary-9f8e7d6c';
  const dockerfile =
    'FROM busybox\nRUN --mount=type=secret,id=tok,mode=0400,required=true cat /run/secrets/tok; stat -c %a:%u /run/secrets/tok > /mode\nRUN --mount=type=secret,id=tok,env=TOKEN test "$TOKEN" = canary-"9f8e7d6c" && echo ok > /env\n';
  const result = await built({ files: { Dockerfile: dockerfile }, secrets: { tok: canary }, query: { 'slipway-events': '1' } });
  assert.deepEqual(await rig.tree(result.imageId), ['env file 644 0:0: ok\n', 'mode file 644 0:0: 400:0\n']);
  assert.ok(!JSON.stringify(result.messages).includes(canary));
  assert.ok(!filesBelow(rig.root).some((text) => text.includes(canary)));
  const missing = await rig.build({ files: { Dockerfile: dockerfile.replace('0400', '0600') }, query: { nocache: '1' } });
  assert.match(missing.error?.message ?? '', /^secret tok: not found$/);
});

test('no source of a mount leads out of its tree', { skip }, async () => {
  const host = mkdtempSync(join(tmpdir(), 'slipway-host-'));
  try {
    writeFileSync(join(host, 'canary'), 'host file');
    const files = { a: 'A', abs: link(host), up: link('../'.repeat(30) + host.slice(1)) };
    const escapes = [
      `RUN --mount=target=/m,source=abs cat /m/canary`,
      `RUN --mount=target=/m,source=up cat /m/canary`,
      `RUN --mount=target=/m,source=${'../'.repeat(30)}${host.slice(1)} cat /m/canary`,
      `RUN --mount=type=cache,target=/m,id=${'../'.repeat(30)}${host.slice(1)} cat /m/canary`,
      `COPY --from=base ${host}/canary /x`,
      `COPY abs/canary /x`,
      `COPY up/canary /x`,
    ];
    for (const escape of escapes) {
      const { error } = await rig.build({ files: { ...files, Dockerfile: `FROM busybox AS base\nFROM busybox\n${escape}\n` } });
      assert.ok(error, escape);
    }
  } finally {
    rmSync(host, { recursive: true });
  }
});

test('names in the context that lead out of it stay in it', { skip }, async () => {
  const evil = { '../../../../tmp/slipway-evil': 'E', '/abs/olute': 'F', Dockerfile: 'FROM scratch\nCOPY . /\n' };
  const { imageId } = await built({ files: evil });
  assert.ok(!existsSync('/tmp/slipway-evil'));
  assert.deepEqual(
    (await rig.tree(imageId)).filter((line) => !line.startsWith('Dockerfile')),
    ['abs/ directory 755 0:0', 'abs/olute file 644 0:0: F', 'tmp/ directory 755 0:0', 'tmp/slipway-evil file 644 0:0: E'],
  );
});

test('a named context replaces an image, and COPY --from reads it', { skip }, async () => {
  const { imageId } = await built({ files: { Dockerfile: 'FROM scratch\nCOPY --from=assets logo /logo\n' }, contexts: { assets: { logo: 'L' } } });
  assert.deepEqual(await rig.tree(imageId), ['logo file 644 0:0: L']);
  const other = await built({ files: { Dockerfile: 'FROM node:999\nRUN true\n' }, query: { 'slipway-contexts': '{"node:999":"docker-image://busybox"}' } });
  assert.ok(rig.images.resolve(other.imageId).layers.length > 1);
});

test('ONBUILD triggers run in the stage built FROM the image, and not again', { skip }, async () => {
  await built({ files: { Dockerfile: 'FROM busybox\nONBUILD COPY a /triggered\nONBUILD RUN echo run >> /triggered\n' }, query: { t: 'trigger' } });
  const child = await built({ files: { Dockerfile: 'FROM trigger\n', a: 'A' }, query: { t: 'child' } });
  assert.deepEqual(await rig.tree(child.imageId), ['triggered file 644 0:0: Arun\n']);
  assert.equal(rig.images.resolve(child.imageId).config.config?.OnBuild, undefined);
});

test('a here-document runs as a script, also with its own interpreter', { skip }, async () => {
  const dockerfile =
    'FROM busybox\nRUN <<EOF\necho one > /out\necho two >> /out\nEOF\nRUN <<EOF\n#!/bin/ash\necho "$0" | sed s,.*/,, >> /out\nEOF\nRUN cat <<EOF >> /out\nthree\nEOF\n';
  const { imageId } = await built({ files: { Dockerfile: dockerfile } });
  assert.deepEqual(await rig.tree(imageId), ['out file 644 0:0: one\ntwo\nEOF\nthree\n']);
});

test('.dockerignore takes files out, the Dockerfile included', { skip }, async () => {
  const files = { Dockerfile: 'FROM scratch\nCOPY . /\n', '.dockerignore': '*\n!keep\n!deep/keep\n', keep: 'k', drop: 'd', 'deep/keep': 'k', 'deep/drop': 'd' };
  const { imageId } = await built({ files });
  assert.deepEqual(await rig.tree(imageId), ['deep/ directory 755 0:0', 'deep/keep file 644 0:0: k', 'keep file 644 0:0: k']);
  const excluded = await rig.build({ files: { ...files, Dockerfile: 'FROM scratch\nCOPY drop /\n' } });
  assert.equal(excluded.error?.message, 'COPY failed: file not found in build context or excluded by .dockerignore: stat drop: file does not exist');
});

const failures: readonly (readonly [dockerfile: string, line: number, message: string])[] = [
  ['FROM scratch\nCOPY nofile /x\n', 2, 'COPY failed: file not found in build context or excluded by .dockerignore: stat nofile: file does not exist'],
  ['FROM busybox\nRUN exit 7\n', 2, 'process "/bin/sh -c exit 7" did not complete successfully: exit code: 7'],
  ['FROM $x\n', 1, 'base name ($x) should not be blank'],
  ['FROM scratch\nEXPOSE 99999\n', 2, 'invalid containerPort: 99999'],
  ['FROM scratch\nSTOPSIGNAL FOO\n', 2, 'invalid signal: FOO'],
  ['FROM scratch\nENV A=${x:?foo}\n', 2, 'failed to process "${x:?foo}": x: foo'],
  ['FROM scratch\nADD --checksum=foo a /b\n', 2, 'checksum requires HTTP(S) or Git sources'],
  ['FROM scratch\nCOPY --chmod=9z a /b\n', 2, "invalid chmod parameter: '9z'. it should be octal string and between 0 and 07777"],
  ['FROM scratch\nCOPY --from=0 a /x\n', 1, 'circular dependency detected on stage: stage-0'],
  ['FROM scratch\nCOPY --from=7 a /x\n', 2, 'invalid stage index 7: the Dockerfile has 1 stages'],
  ['FROM scratch\nCOPY a /f\nCOPY dir /f\n', 3, 'cannot copy to non-directory: /f'],
  [
    'FROM scratch\nCOPY --chown=nobody a /b\n',
    2,
    "unable to convert uid/gid chown string to host mapping: can't find uid for user nobody: no such user: nobody",
  ],
  [
    'FROM scratch\nCOPY --chown=4294967296 a /b\n',
    2,
    "unable to convert uid/gid chown string to host mapping: can't find uid for user 4294967296: value out of range",
  ],
  [
    'FROM scratch\nRUN --mount=type=ssh x\n',
    2,
    'RUN --mount=type=ssh is not supported: no agent of the client is reachable from a build here. Hand a deploy key in with --secret and use --mount=type=secret',
  ],
  [
    'FROM scratch\nADD https://example.invalid/x.git /b\n',
    2,
    'ADD of a git repository is not supported: "https://example.invalid/x.git". Clone it next to the Dockerfile and COPY it, or hand it in with --build-context NAME=DIR and COPY --from=NAME',
  ],
];

for (const [dockerfile, line, message] of failures) {
  test(`${JSON.stringify(dockerfile)} fails with its line`, { skip }, async () => {
    const { error, events } = await rig.build({ files: { ...context, Dockerfile: dockerfile }, query: { 'slipway-events': '1' } });
    const told = events.find((event) => event.kind === 'error');
    assert.equal(told?.message, message);
    assert.ok(error);
    assert.match(told?.excerpt ?? '', new RegExp(`^Dockerfile:${line}\n`));
  });
}

test('the classic stream ends as Docker ends it', { skip }, async () => {
  const good = await built({
    files: { Dockerfile: 'FROM scratch\nCOPY a /classic\nCMD ["x"]\n', a: 'A' },
    query: { t: 'classic:1', buildargs: '{"NOBODY":"1"}' },
  });
  const short = good.imageId.slice(7, 19);
  assert.match(
    good.text,
    /^Step 1\/3 : FROM scratch\n ---> \nStep 2\/3 : COPY a \/classic\n ---> [0-9a-f]{12}\nStep 3\/3 : CMD \["x"\]\n ---> [0-9a-f]{12}\n\[Warning\] One or more build-args \[NOBODY\] were not consumed\n/,
  );
  assert.ok(good.text.endsWith(`Successfully built ${short}\nSuccessfully tagged classic:1\n`));
  assert.deepEqual(good.messages.find(({ aux }) => aux)?.aux, { ID: good.imageId });
  const bad = await rig.build({ files: { Dockerfile: 'FROM busybox\nRUN exit 5\n' } });
  assert.equal(bad.error?.message, "The command '/bin/sh -c exit 5' returned a non-zero code: 5");
  assert.equal((bad.error as Error & { details?: { exitCode?: number } }).details?.exitCode, 5);
  const quiet = await rig.build({ files: { Dockerfile: 'FROM scratch\nCOPY a /classic\nCMD ["x"]\n', a: 'A' }, query: { q: '1' } });
  assert.deepEqual(quiet.messages, [{ stream: `${good.imageId}\n` }]);
});

test('ADD fetches a URL as a file of root alone, and checks its digest', { skip }, async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/file.txt' ? 200 : 404, { 'Last-Modified': 'Wed, 21 Oct 2015 07:28:00 GMT' }).end('from afar');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/file.txt`;
  try {
    const digest = createHash('sha256').update('from afar').digest('hex');
    const { imageId } = await built({ files: { Dockerfile: `FROM scratch\nADD --checksum=sha256:${digest} ${url} /in/\nADD --chmod=644 ${url} /named\n` } });
    assert.deepEqual(await rig.tree(imageId), ['in/ directory 755 0:0', 'in/file.txt file 600 0:0: from afar', 'named file 644 0:0: from afar']);
    const wrong = await rig.build({ files: { Dockerfile: `FROM scratch\nADD --checksum=sha256:${'0'.repeat(64)} ${url} /in/\n` } });
    assert.equal(wrong.error?.message, `digest mismatch sha256:${digest}: sha256:${'0'.repeat(64)}`);
    const missing = await rig.build({ files: { Dockerfile: `FROM scratch\nADD ${url}.gone /in/\n` } });
    assert.equal(missing.error?.message, `failed to load ${url}.gone: invalid response status 404`);
  } finally {
    server.close();
  }
});

test('the name of a URL or of a here-document is a name, not a path out of the root', { skip }, async () => {
  const up = '../'.repeat(24);
  const outside = `${tmpdir()}/slipway-escaped-${process.pid}`.slice(1);
  const server = createServer((_, response) => void response.end('x'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const name = `slipway-escaped-${process.pid}`;
  try {
    const url = `http://127.0.0.1:${port}/${encodeURIComponent(up + outside)}`;
    assert.deepEqual(await tree(`FROM scratch\nADD ${url} /in/\n`), ['in/ directory 755 0:0', `in/${name} file 600 0:0: x`]);
    assert.deepEqual(await tree(`FROM scratch\nCOPY <<${up}${outside} /in/\nx\n${up}${outside}\n`), ['in/ directory 755 0:0', `in/${name} file 644 0:0: x\n`]);
    for (const dockerfile of [`ADD http://127.0.0.1:${port}/%2E%2E%2F%2E%2E /in/`, 'COPY <<.. /in/\nx\n..'])
      assert.match((await rig.build({ files: { Dockerfile: `FROM scratch\n${dockerfile}\n` } })).error?.message ?? '', /is no file name/);
    assert.ok(!existsSync(`/${outside}`), 'written outside of the root');
  } finally {
    server.close();
    rmSync(`/${outside}`, { force: true });
  }
});

test('a cancelled build stops its step and leaves nothing', { skip }, async () => {
  const abort = new AbortController();
  const ranBefore = rig.ran.length;
  const build = rig.build({
    files: { Dockerfile: 'FROM busybox\nRUN echo started; sleep 300\n' },
    signal: abort.signal,
    onMessage: ({ stream }) => void (stream === 'started\n' && abort.abort(new Error('client is gone'))),
  });
  const { error } = await build;
  assert.ok(error);
  assert.equal(rig.ran.length - ranBefore, 1);
  assert.deepEqual(readdirSync(join(rig.root, 'builder', 'builds')), []);
  assert.deepEqual(rig.snapshots.actives(), []);
});

test('the cache is listed, keeps layers of removed images, and goes with prune', { skip }, async () => {
  const files = { Dockerfile: 'FROM busybox\nRUN echo prune-me > /p\n' };
  const { imageId } = await built({ files, query: { t: 'pruned' } });
  rig.images.remove('pruned', { force: true });
  const runs = rig.ran.length;
  await built({ files, query: { t: 'pruned' } });
  assert.equal(rig.ran.length, runs, 'the layer outlived its image');
  const usage = await rig.builder.usage();
  const step = usage.find(({ Description }) => Description.includes('prune-me'));
  assert.ok(step && step.Size > 0 && step.UsageCount >= 2 && step.Shared);
  rig.images.remove(imageId, { force: true });
  const { ids, reclaimedBytes } = await rig.builder.prune({ all: true });
  assert.ok(ids.includes(step.ID));
  assert.ok(reclaimedBytes > 0);
  await built({ files, query: { t: 'pruned' } });
  assert.equal(rig.ran.length, runs + 1);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [readText(join(entry.parentPath, entry.name))] : [],
  );
}

function readText(path: string): string {
  return readFileSync(path).toString('latin1');
}
