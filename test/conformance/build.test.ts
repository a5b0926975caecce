import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { createClient } from '../../src/client/index.ts';
import type { Client } from '../../src/client/index.ts';
import { decompress, readTar } from '../../src/tar/index.ts';
import { cannotRun, startTestEngine } from '../e2e/harness.ts';
import type { TestEngine } from '../e2e/harness.ts';
import { busyboxImage } from '../support/busybox-image.ts';

/*
 * The same Dockerfiles built by a real Docker, with BuildKit and with the classic builder, and by our engine, with the docker
 * command and with our own: config, history and every file must be the same.
 */

const run = promisify(execFile);
const realHost = process.env['DOCKER_HOST'];
const skip = cannotRun() || (realHost ? false : 'needs a real Docker: eval "$(tools/newest-docker env)" sets DOCKER_HOST and finds the docker command');
const main = join(import.meta.dirname, '../../src/cli/main.ts');
const tag = `slipway-conformance-${randomBytes(4).toString('hex')}`;
const base = `${tag}-base:1`;

let engine: TestEngine;
let real: Client;
let folder: string;

before(async () => {
  if (skip) return;
  engine = await startTestEngine({ busybox: false });
  real = createClient({ host: realHost ?? '' });
  folder = mkdtempSync(join(tmpdir(), 'slipway-conformance-'));
  for (const client of [engine.client, real]) {
    for await (const message of client.images.load(await busyboxImage({ tags: [base] }))) assert.equal(message.error, undefined);
  }
});

after(async () => {
  if (skip) return;
  try {
    const names = (await real.images.list()).flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => name.startsWith(tag));
    for (const name of names.toSorted((one) => (one === base ? 1 : -1))) await real.images.remove(name, { force: true });
  } finally {
    real.connection.close();
    rmSync(folder, { recursive: true });
    await engine[Symbol.asyncDispose]();
  }
});

interface Outcome {
  readonly config: unknown;
  readonly history: readonly string[];
  readonly files: readonly string[];
}

/** Who builds, and where. */
const builders = {
  buildkit: { command: ['docker', 'build'], env: { DOCKER_BUILDKIT: '1' }, ours: false },
  classic: { command: ['docker', 'build'], env: { DOCKER_BUILDKIT: '0' }, ours: false },
  'docker on ours': { command: ['docker', 'build'], env: { DOCKER_BUILDKIT: '0' }, ours: true },
  slipway: { command: [process.execPath, main, 'build'], env: {}, ours: true },
} as const;

type Builder = keyof typeof builders;

async function build(builder: Builder, directory: string, args: readonly string[]): Promise<Outcome> {
  const { command, env, ours } = builders[builder];
  const [program, ...words] = command;
  const name = `${tag}-${builder.replaceAll(' ', '-')}`;
  const host = ours ? { DOCKER_HOST: engine.host, SLIPWAY_HOST: engine.host } : {};
  await run(program, [...words, '-q', '-t', name, ...args, directory], { env: { ...process.env, ...env, ...host } });
  const client = ours ? engine.client : real;
  const { Config } = await client.images.inspect(name);
  const history = (await client.images.history(name)).map(({ CreatedBy }) => CreatedBy);
  return { config: plainConfig(Config), history: history.toReversed(), files: await filesOf(client, name) };
}

/** Docker leaves empty settings out or says null by version and builder: neither means anything. */
function plainConfig(config: unknown): unknown {
  const entries = Object.entries(config as Record<string, unknown>).filter(
    ([name, value]) =>
      value !== null &&
      value !== '' &&
      value !== false &&
      !(name === 'WorkingDir' && value === '/') &&
      !(Array.isArray(value) && value.length === 0) &&
      !['Image', 'ArgsEscaped'].includes(name),
  );
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Every path of an image with kind, mode, owner, link and contents; times are not compared. */
async function filesOf(client: Client, name: string): Promise<string[]> {
  const archive = new Map<string, Buffer>();
  for await (const { entry, body } of readTar(await client.images.save([name])))
    if (entry.type === 'file') archive.set(entry.path, Buffer.concat(await Array.fromAsync(body)));
  const [manifest] = JSON.parse(archive.get('manifest.json')?.toString() ?? '[]') as { Layers: string[] }[];
  const files = new Map<string, string>();
  for (const layer of manifest?.Layers ?? []) {
    for await (const { entry, body } of readTar(decompress(oneChunk(archive.get(layer) ?? Buffer.alloc(0))))) {
      const path = entry.path.replace(/^\.?\//, '').replace(/\/$/, '');
      const contents = entry.type === 'file' && entry.sizeBytes < 4096 ? Buffer.concat(await Array.fromAsync(body)).toString() : '';
      const removed = /^(.*\/)?\.wh\.([^/]*)$/.exec(path);
      if (removed) files.delete(`${removed[1] ?? ''}${removed[2]}`);
      else if (path !== '' && !notCompared.test(path))
        files.set(path, `${path} ${entry.type} ${entry.mode.toString(8)} ${entry.uid}:${entry.gid} ${entry.linkName ?? ''} ${contents}`);
    }
  }
  return [...files.values()].toSorted();
}

/** The base image's own, and the mount points that Docker's builders leave in an image which has none. */
const notCompared = /^(bin|sbin|usr)(\/|$)|^(proc|sys|dev|etc)$|^etc\/(hosts|hostname|resolv\.conf|mtab)$/;

/** Says which lines only one of them has. */
function assertSameFiles(ours: readonly string[], theirs: readonly string[], message: string): void {
  assert.deepEqual(
    { onlyOurs: ours.filter((line) => !theirs.includes(line)), onlyTheirs: theirs.filter((line) => !ours.includes(line)) },
    { onlyOurs: [], onlyTheirs: [] },
    message,
  );
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function project(name: string, dockerfile: string): string {
  const directory = join(folder, name.replaceAll(/\W+/g, '-'));
  const files = {
    a: 'A\n',
    b: 'B\n',
    'dir/c': 'C\n',
    'dir/sub/d': 'D\n',
    'package.json': '{}\n',
    'package-lock.json': '{}\n',
    'src/app.ts': 'x\n',
    'notes.md': 'n\n',
    '.dockerignore': '*.md\n',
    Dockerfile: dockerfile.replaceAll('BASE', base),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text, { mode: path === 'b' ? 0o640 : 0o644 });
  }
  symlinkSync('../a', join(directory, 'dir/up'));
  return directory;
}

interface Case {
  readonly name: string;
  readonly dockerfile: string;
  readonly args?: readonly string[];
  /** False for what only BuildKit can do. */
  readonly classic?: boolean;
}

const cases: readonly Case[] = [
  {
    name: 'an application in two stages',
    dockerfile:
      'FROM BASE AS builder\nWORKDIR /app\nCOPY package*.json ./\nRUN echo deps > deps\nCOPY . .\nRUN cat deps src/app.ts > dist\nFROM BASE\nWORKDIR /srv\nCOPY --from=builder /app/dist ./dist\nENV NODE_ENV=production PORT=8000\nEXPOSE 8000\nUSER app\nHEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 CMD wget -q localhost:8000/health || exit 1\nCMD ["cat", "dist"]\n',
  },
  {
    name: 'files and owners',
    dockerfile:
      'FROM BASE\nCOPY --chown=app:staff dir /owned/\nCOPY --chown=33 a /num\nCOPY dir /\nADD a b /two/\nCOPY dir/* /flat/\nVOLUME ["/data"]\nRUN chmod 600 /num && ln -s num /link && rm /two/a && mkdir -p /x/y && touch /x/y/z\n',
  },
  {
    name: 'arguments and variables',
    dockerfile:
      'ARG TAG=1\nFROM BASE\nARG WHAT=default\nARG UNSET\nENV A=${WHAT:-x} B="two words" C=${UNSET:+no}end\nLABEL a=$A "b c"="d e"\nRUN echo "$WHAT $A $B [$UNSET]" > /out\nWORKDIR $A\nCOPY a $A/\n',
    args: ['--build-arg', 'WHAT=given', '--label', 'from=cli'],
  },
  {
    name: 'commands and shells',
    dockerfile:
      'FROM BASE AS one\nENTRYPOINT ["sh", "-c"]\nCMD echo shell form\nONBUILD RUN echo triggered > /onbuild\nSTOPSIGNAL 9\nFROM one\nSHELL ["/bin/ash", "-ec"]\nRUN echo "$0" > /shell\nENTRYPOINT exec top\nMAINTAINER somebody\n',
  },
  { name: 'from scratch', dockerfile: 'FROM scratch\nCOPY a /\nCOPY dir /deep/er/\nLABEL only=metadata\n' },
  {
    name: 'here-documents, modes and links',
    dockerfile:
      'FROM BASE\nRUN <<EOF\nset -e\necho one > /out\necho two >> /out\nEOF\nCOPY <<one <<-"two" /h/\n$PATH\none\n\t$PATH\n\ttwo\nCOPY --chmod=751 dir /m\nCOPY --link a /linked/a\nCOPY --exclude=sub dir /ex/\n',
    classic: false,
  },
  {
    name: 'mounts',
    dockerfile:
      'FROM BASE\nRUN --mount=type=cache,target=/var/cache/x --mount=type=bind,target=/ctx cat /ctx/a > /a && touch /var/cache/x/y\nRUN --mount=type=tmpfs,target=/t touch /t/x\n',
    classic: false,
  },
];

for (const { name, dockerfile, args = [], classic = true } of cases) {
  test(`${name}: our images equal BuildKit's`, { skip }, async () => {
    const directory = project(name, dockerfile);
    const theirs = await build('buildkit', directory, args);
    for (const builder of ['slipway', 'docker on ours'] as const) {
      const ours = await build(builder, directory, args);
      assert.deepEqual(ours.config, theirs.config, builder);
      assert.deepEqual(ours.history, theirs.history, builder);
      assertSameFiles(ours.files, theirs.files, builder);
    }
  });
  if (!classic) continue;
  test(`${name}: our images equal the classic builder's`, { skip }, async () => {
    const directory = project(`${name} classic`, dockerfile);
    const theirs = await build('classic', directory, args);
    const ours = await build('docker on ours', directory, args);
    assert.deepEqual(ours.config, theirs.config);
    // Its VOLUME makes the folder, as its containers did.
    assertSameFiles(
      ours.files,
      theirs.files.filter((line) => !line.startsWith('data ')),
      'classic',
    );
  });
}
