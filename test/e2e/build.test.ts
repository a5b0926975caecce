import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { BuildEvent } from '../../src/api/index.ts';
import { openBuildContext } from '../../src/build-context/index.ts';
import type { ImageBuildOptions } from '../../src/client/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

const skip = cannotRun();
const main = join(import.meta.dirname, '../../src/cli/main.ts');

/** Digest of a tar without members. */
const emptyLayer = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

let engine: TestEngine;
let folder: string;
before(async () => {
  if (skip) return;
  process.env['XDG_CACHE_HOME'] = mkdtempSync(join(tmpdir(), 'slipway-cache-'));
  engine = await startTestEngine();
  folder = mkdtempSync(join(tmpdir(), 'slipway-build-e2e-'));
});
after(async () => {
  if (skip) return;
  rmSync(folder, { recursive: true });
  rmSync(process.env['XDG_CACHE_HOME'] ?? '', { recursive: true });
  await engine[Symbol.asyncDispose]();
});

/** A folder with these files. */
function project(name: string, files: Readonly<Record<string, string>>): string {
  const directory = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

interface Built {
  readonly id: string;
  readonly events: readonly BuildEvent[];
}

async function build(directory: string, options: ImageBuildOptions = {}): Promise<Built> {
  const { body, dockerfile, listing } = openBuildContext({ directory });
  const events: BuildEvent[] = [];
  let id = '';
  for await (const message of engine.client.images.build(body, { ...options, dockerfile, listing })) {
    if ('event' in message) events.push(message.event);
    else if (typeof message.aux?.['ID'] === 'string') id = message.aux['ID'];
  }
  return { id, events };
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function cli(args: readonly string[], options: { input?: string; cwd?: string } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { env: { ...process.env, SLIPWAY_HOST: engine.host, NO_COLOR: '1' }, cwd: options.cwd, maxBuffer: 16 << 20 },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? '');
  });
}

test('a RUN step has its own network, user, hosts file and walls', { skip }, async () => {
  const directory = project('walls', {
    Dockerfile: [
      'FROM busybox',
      'RUN id -u > /as-root; grep Seccomp: /proc/self/status > /seccomp; ls /sys/class/net > /links; test -s /etc/resolv.conf && test -s /etc/hosts',
      'RUN --network=none ls /sys/class/net > /none',
      'USER app',
      'RUN id > /tmp/as-app; env > /tmp/env',
      'CMD cat /as-root /seccomp /none /tmp/as-app',
    ].join('\n'),
  });
  await build(directory, { tags: ['walls'] });
  const { stdout } = await cli(['run', '--rm', 'walls']);
  assert.equal(stdout.replace(/ groups=.*/, ''), '0\nSeccomp:\t2\nlo\nuid=1000(app) gid=1000(app)\n');
});

test('mount points of a step are not in its layer', { skip }, async () => {
  const directory = project('stubs', {
    Dockerfile:
      'FROM scratch\nCOPY --from=busybox /bin/busybox /bin/sh\nRUN --mount=type=cache,target=/var/cache/x --mount=type=secret,id=s --mount=type=tmpfs,target=/scratch true || /bin/sh -c : \n',
  });
  const { id } = await build(directory, { secrets: new Map([['s', Buffer.from('value-of-s')]]) });
  const { RootFS } = await engine.client.images.inspect(id);
  assert.equal(RootFS.Layers?.at(-1), emptyLayer, 'the step has changed nothing');
});

test('taking mount points away does not follow links that the step made', { skip }, async () => {
  const host = project('host-folder', { 'point/.keep': '' });
  rmSync(join(host, 'point/.keep'));
  const directory = project('swap', {
    Dockerfile: `FROM busybox\nRUN --mount=type=cache,target=/made/point mv /made /moved && ln -s ${host} /made && touch /moved/point/x\n`,
  });
  await build(directory);
  assert.ok(existsSync(join(host, 'point')), 'the empty folder of the host is still there');
});

test('the command line builds, names, caches and tells why a step runs', { skip }, async () => {
  const directory = project('cli', {
    Dockerfile: 'FROM busybox AS base\nWORKDIR /app\nCOPY app.txt .\nRUN cat app.txt\nCMD ["cat", "app.txt"]\n',
    'app.txt': 'first\n',
  });
  const first = await cli(['build', '-t', 'cli:1', '--progress', 'plain', directory]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /#\d+ \[base 2\/4\] WORKDIR \/app\n#\d+ DONE \d+\.\ds\n/);
  assert.match(first.stderr, /#\d+ \d+\.\d{3} first\n/);
  assert.match(first.stderr, /naming to docker\.io\/library\/cli:1 done\n/);
  const second = await cli(['build', '-q', '-t', 'cli:1', directory]);
  assert.match(second.stdout, /^sha256:[0-9a-f]{64}\n$/);
  assert.equal(second.stderr, '');
  writeFileSync(join(directory, 'app.txt'), 'second\n');
  const third = await cli(['build', '-t', 'cli:1', '--progress', 'plain', directory]);
  assert.match(third.stderr, /\[base 2\/4\] WORKDIR \/app\n#\d+ CACHED/);
  assert.match(third.stderr, /runs anew: file changed: app\.txt\n/);
  assert.equal((await cli(['run', '--rm', 'cli:1'])).stdout, 'second\n');
});

test('a failed build names file and line, and ends with 1', { skip }, async () => {
  const directory = project('broken', { Dockerfile: 'FROM busybox\nRUN echo before; exit 3\n' });
  const failed = await cli(['build', directory]);
  assert.equal(failed.code, 1);
  assert.ok(
    failed.stderr.endsWith(
      [
        'Dockerfile:2',
        '--------------------',
        '   1 |     FROM busybox',
        '   2 | >>> RUN echo before; exit 3',
        '   3 |     ',
        '--------------------',
        'ERROR: failed to build: failed to solve: process "/bin/sh -c echo before; exit 3" did not complete successfully: exit code: 3',
        '',
      ].join('\n'),
    ),
    failed.stderr,
  );
  assert.match(failed.stderr, /------\n > \[2\/2\] RUN echo before; exit 3:\n\d\.\d{3} before\n------\n/);
  const unknown = await cli(['build', project('unknown', { Dockerfile: 'FROM busybox\nFOO bar\n' })]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /Dockerfile:2\n[^]*unknown instruction: FOO \(did you mean FROM\?\)\n$/);
  const none = await cli(['build', join(folder, 'missing')]);
  assert.match(none.stderr, /path ".*missing" not found/);
});

test('the Dockerfile may lie outside the context, on stdin, or be all there is', { skip }, async () => {
  const directory = project('elsewhere/context', { 'a.txt': 'a' });
  writeFileSync(join(folder, 'elsewhere', 'other.Dockerfile'), 'FROM busybox\nCOPY a.txt /outside\n');
  assert.equal((await cli(['build', '-q', '-f', join(folder, 'elsewhere', 'other.Dockerfile'), directory])).code, 0);
  assert.equal((await cli(['build', '-q', '-f', '-', directory], { input: 'FROM busybox\nCOPY a.txt /stdin\n' })).code, 0);
  assert.equal((await cli(['build', '-q', '-'], { input: 'FROM busybox\nRUN echo alone\n' })).code, 0);
  const tar = openBuildContext({ directory: project('as-tar', { Dockerfile: 'FROM busybox\nCOPY b /b\n', b: 'b' }) });
  const file = join(folder, 'context.tar');
  writeFileSync(file, Buffer.concat(await Array.fromAsync(tar.body)));
  const id = execFileSync('/bin/sh', ['-c', `exec "${process.execPath}" "${main}" build -q - < "${file}"`], {
    env: { ...process.env, SLIPWAY_HOST: engine.host },
    encoding: 'utf8',
  });
  assert.match(id, /^sha256:/);
});

test('secrets, named contexts and outputs work from the command line', { skip }, async () => {
  const directory = project('extras', {
    Dockerfile:
      'FROM busybox AS work\nRUN --mount=type=secret,id=token,required=true wc -c < /run/secrets/token > /length\nFROM scratch\nCOPY --from=work /length /length\nCOPY --from=assets logo /logo\n',
    token: '12345678',
  });
  const assets = project('assets', { logo: 'L', '.dockerignore': 'secret\n', secret: 'S' });
  const out = join(folder, 'out');
  const ended = await cli(['build', '--secret', `id=token,src=${join(directory, 'token')}`, '--build-context', `assets=${assets}`, '-o', out, directory]);
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(readFileSync(join(out, 'length'), 'utf8').trim(), '8');
  assert.equal(readFileSync(join(out, 'logo'), 'utf8'), 'L');
});

test('build --check finds what BuildKit finds and builds nothing', { skip }, async () => {
  const directory = project('check', { Dockerfile: 'FROM busybox AS Base\nCMD echo hi\n' });
  const checked = await cli(['build', '--check', directory]);
  assert.equal(checked.code, 1);
  assert.match(
    checked.stdout,
    /^Check complete, 2 warnings have been found!\n\nWARNING: StageNameCasing - https:\/\/docs\.docker\.com\/go\/dockerfile\/rule\/stage-name-casing\/\nStage name 'Base' should be lowercase\nDockerfile:1\n/,
  );
  const clean = await cli(['build', '--check', project('clean', { Dockerfile: 'FROM busybox\nCMD ["sh"]\n' })]);
  assert.deepEqual([clean.code, clean.stdout], [0, 'Check complete, no warnings found.\n']);
});

test('a large context that has not changed is not sent again', { skip }, async () => {
  const files = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`src/${at % 7}/f${at}.txt`, `file ${at}\n`]));
  const directory = project('large', { ...files, Dockerfile: 'FROM busybox\nCOPY src /src\nRUN ls /src | wc -l > /count\n', '.dockerignore': 'src/3\n' });
  const old = new Date(Date.now() - 60_000);
  for (const path of Object.keys(files)) utimesSync(join(directory, path), old, old);
  const sent = ({ events }: Built): boolean => events.some((event) => event.kind === 'vertex' && event.name === '[internal] load build context');
  // A file's change time is the kernel's: it cannot be set back, and a list is only trusted when it is a while ago.
  await sleep(1600);
  const first = await build(directory, { tags: ['large'] });
  const second = await build(directory, { tags: ['large'] });
  assert.deepEqual([sent(first), sent(second), second.id], [true, false, first.id]);
  writeFileSync(join(directory, 'src/1/f1.txt'), 'file x\n');
  const third = await build(directory, { tags: ['large'] });
  assert.equal(sent(third), true);
  assert.notEqual(third.id, first.id);
  await engine.client.images.pruneBuildCache({ all: true });
  await engine.client.images.remove('large', { force: true });
  const fourth = await build(directory, { tags: ['large'] });
  assert.equal(sent(fourth), true, 'the whole context is sent where a step is not cached');
  assert.deepEqual((await engine.client.images.inspect(fourth.id)).RootFS.Layers?.[1], (await engine.client.images.inspect('large')).RootFS.Layers?.[1]);
});

test('a client that goes away stops its build', { skip }, async () => {
  const directory = project('gone', { Dockerfile: 'FROM busybox\nRUN echo running; sleep 600\n' });
  const abort = new AbortController();
  const { body, dockerfile } = openBuildContext({ directory });
  const started = performance.now();
  await assert.rejects(async () => {
    for await (const message of engine.client.images.build(body, { dockerfile, signal: abort.signal }))
      if ('event' in message && message.event.kind === 'log') abort.abort(new Error('enough'));
  });
  assert.ok(performance.now() - started < 60_000);
  await build(project('after', { Dockerfile: 'FROM busybox\nRUN echo after\n' }));
});

test('the build cache survives a killed engine, and prune empties it', { skip }, async () => {
  const directory = project('durable', { Dockerfile: 'FROM busybox\nRUN echo durable > /d\n' });
  const first = await build(directory, { tags: ['durable'] });
  await engine.kill();
  await engine.start();
  const second = await build(directory, { tags: ['durable'] });
  assert.equal(second.id, first.id);
  assert.ok(second.events.some((event) => event.kind === 'vertex' && event.name.includes('durable') && event.state === 'cached'));
  const { BuildCache } = await engine.client.system.df();
  assert.ok(BuildCache?.some(({ Description }) => Description.includes('echo durable')));
  const pruned = await engine.client.images.pruneBuildCache({ all: true });
  assert.ok((pruned.CachesDeleted ?? []).length > 0);
  assert.deepEqual((await engine.client.system.df()).BuildCache ?? [], []);
});
