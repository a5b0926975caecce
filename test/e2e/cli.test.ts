import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cannotRun, startTestEngine, type TestEngine } from './harness.ts';

const program = join(import.meta.dirname, '../../bin/slipway');
const skip = cannotRun();
let engine: TestEngine;
let folder: string;

before(async () => {
  if (skip) return;
  engine = await startTestEngine();
  folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
});
after(async () => {
  if (skip) return;
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CallOptions {
  readonly stdin?: string | Buffer;
  readonly env?: NodeJS.ProcessEnv;
}

function start(words: readonly string[], { env }: CallOptions = {}): ChildProcess {
  return spawn(words[0] ?? '', words.slice(1), {
    env: { ...process.env, SLIPWAY_HOST: engine.host, DOCKER_CONFIG: folder, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function finished(child: ChildProcess, stdin?: string | Buffer): Promise<Result> {
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(stdin ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: Buffer.concat(stdout).toString('latin1'), stderr: Buffer.concat(stderr).toString() };
}

async function slipway(words: readonly string[], options: CallOptions = {}): Promise<Result> {
  return await finished(start([program, ...words], options), options.stdin);
}

/** The same on a terminal: util-linux's `script` gives it one, and passes the exit code on. */
function onTerminal(line: string): ChildProcess {
  return start(['script', '-qefc', `stty rows 33 cols 99; exec ${program} ${line}`, '/dev/null'], { env: { SHELL: '/bin/sh' } });
}

/** Resolves when `text` has come on the child's stdout. Rejects when the output ends before. */
async function printed(child: ChildProcess, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let seen = '';
  const onData = (chunk: Buffer): void => {
    seen += chunk.toString();
    if (seen.includes(text)) resolve();
  };
  const onEnd = (): void => reject(new Error(`${JSON.stringify(text)} did not come; this did: ${JSON.stringify(seen)}`));
  child.stdout?.on('data', onData).once('end', onEnd);
  try {
    await promise;
  } finally {
    child.stdout?.off('data', onData).off('end', onEnd);
  }
}

test('run gives the exit code of the container, or tells that it did not start', { skip }, async () => {
  assert.deepEqual(await slipway(['run', '--rm', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 5']), { code: 5, stdout: 'out\n', stderr: 'err\n' });
  assert.equal((await slipway(['run', '--rm', 'busybox', 'no-such-program'])).code, 127);
  assert.equal((await slipway(['run', '--rm', 'busybox', '/etc/passwd'])).code, 126);
  assert.equal((await slipway(['run', '--rm', '--network', 'nope', 'busybox', 'true'])).code, 125);
  assert.equal((await slipway(['run', '--bogus'])).code, 125);
  assert.equal((await engine.client.containers.list({ all: true })).length, 0, 'nothing is left behind');
});

test('run -i passes every byte through, and ends when stdin ends', { skip }, async () => {
  const bytes = Buffer.from(Array.from({ length: 1 << 20 }, (_, at) => (at * 31 + (at >> 8)) & 255));
  const { code, stdout } = await slipway(['run', '--rm', '-i', 'busybox', 'cat'], { stdin: bytes });
  assert.equal(code, 0);
  assert.ok(Buffer.from(stdout, 'latin1').equals(bytes));
});

test('run -it has a terminal of the right size, and exec and attach reach it', { skip }, async () => {
  const child = onTerminal('run --name cli-tty -it busybox sh');
  const ended = finishedLater(child);
  await printed(child, '# ');
  child.stdin?.write('stty size; tty\n');
  await printed(child, '/dev/pts/0');
  const { stdout } = await slipway(['exec', 'cli-tty', 'sh', '-c', 'echo from exec; exit 0']);
  assert.equal(stdout, 'from exec\n');
  child.stdin?.write('exit 3\n');
  const { code, output } = await ended;
  assert.equal(code, 3);
  assert.match(output, /33 99/);
  await slipway(['rm', '-f', 'cli-tty']);
});

/** Collects what a child prints until it ends, without closing its stdin. */
async function finishedLater(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(chunks).toString() };
}

test('the detach keys leave the container running', { skip }, async () => {
  const child = onTerminal('run --name cli-detach --detach-keys ctrl-a,d -it busybox sh');
  const ended = finishedLater(child);
  await printed(child, '# ');
  child.stdin?.write('\u0001d');
  assert.equal((await ended).code, 0);
  const { State } = await engine.client.containers.inspect('cli-detach');
  assert.equal(State.Running, true);
  await slipway(['rm', '-f', 'cli-detach']);
});

test('signals go to the container', { skip }, async () => {
  const child = start([program, 'run', '--rm', 'busybox', 'sh', '-c', 'trap "echo asked; exit 8" TERM; echo ready; while :; do sleep 0.1; done']);
  const ended = finishedLater(child);
  await printed(child, 'ready');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, { code: 8, output: 'ready\nasked\n' });
});

test('prune --dry-run lists what would go, and removes nothing', { skip }, async () => {
  await slipway(['create', '--name', 'cli-prune', 'busybox']);
  const { stdout } = await slipway(['container', 'prune', '--dry-run']);
  assert.match(stdout, /^Containers:\n {2}[0-9a-f]{12} {2}cli-prune {2}busybox {2}Created {2}0B\nWould free 0B\.\n$/);
  const asked = await slipway(['container', 'prune'], { stdin: 'n\n' });
  assert.match(asked.stdout, /cli-prune[^]*WARNING! This will remove all stopped containers\.\nAre you sure you want to continue\? \[y\/N\] $/);
  assert.equal((await slipway(['ps', '-aq'])).stdout.trim().length, 12);
  assert.match((await slipway(['container', 'prune', '-f'])).stdout, /^Deleted Containers:\n[0-9a-f]{64}\n\nTotal reclaimed space: 0B\n$/);
});

test('lists know the format "raw", alone and with -q', { skip }, async () => {
  const { stdout: id } = await slipway(['create', '--name', 'cli-raw', 'busybox']);
  const list = async (...words: string[]): Promise<string> => (await slipway(words)).stdout;
  const short = id.slice(0, 12);
  assert.equal(await list('ps', '-aq', '--filter', 'name=cli-raw', '--format', 'raw'), `container_id: ${short}\n`);
  assert.match(await list('ps', '-a', '--filter', 'name=cli-raw', '--format', 'raw'), new RegExp(`^container_id: ${short}\nimage: busybox\n[^]*\nports:\n\n$`));
  assert.match(await list('images', '--format', 'raw', 'busybox'), /^repository: busybox\ntag: latest\nimage_id: [0-9a-f]{12}\n[^]*virtual_size: .*B\n\n$/);
  assert.match(await list('images', '-q', '--format', 'raw', 'busybox'), /^image_id: [0-9a-f]{12}\n$/);
  assert.match(
    await list('network', 'ls', '--filter', 'name=host', '--format', 'raw'),
    /^network_id: [0-9a-f]{12}\nname: host\ndriver: host\nscope: local\n\n$/,
  );
  await slipway(['volume', 'create', 'cli-raw']);
  assert.equal(await list('volume', 'ls', '--format', 'raw'), 'name: cli-raw\ndriver: local\n\n');
  assert.equal(await list('volume', 'ls', '-q', '--format', 'raw'), 'name: cli-raw\n');
  await slipway(['volume', 'rm', 'cli-raw']);
  await slipway(['rm', 'cli-raw']);
});

test('why tells what ended a container', { skip }, async () => {
  await slipway(['run', '--name', 'cli-why', 'busybox', 'sh', '-c', 'exit 42']);
  const { stdout } = await slipway(['why', 'cli-why']);
  assert.match(stdout, /cli-why ended .* with exit code 42\.\nIts program ended by itself with exit code 42\./);
  await slipway(['rm', 'cli-why']);
});

test('ps --reach and the error of a taken port tell where ports are and who holds them', { skip }, async () => {
  await slipway(['run', '-d', '--name', 'cli-port', '-p', '127.0.0.1::80', 'busybox', 'sleep', '1000']);
  const { stdout } = await slipway(['port', 'cli-port', '80']);
  assert.match((await slipway(['ps', '--reach'])).stdout, /REACH\n[^]*this machine\n$/);
  const { code, stderr } = await slipway(['run', '--rm', '-p', `${stdout.trim()}:80`, 'busybox', 'true']);
  assert.equal(code, 125);
  assert.match(stderr, /port is already allocated.*cli-port/);
  await slipway(['rm', '-f', 'cli-port']);
});

test('completion knows the names of the engine', { skip }, async () => {
  await slipway(['create', '--name', 'cli-completed', 'busybox']);
  assert.equal((await slipway(['__complete', 'rm', 'cli-c'])).stdout, 'cli-completed\n');
  assert.equal((await slipway(['__complete', 'run', 'busy'])).stdout, 'busybox:latest\n');
  await slipway(['rm', 'cli-completed']);
});

test('a context names the engine', { skip }, async () => {
  const env = { SLIPWAY_HOST: '', DOCKER_HOST: '' };
  assert.equal((await slipway(['context', 'create', 'cli-test', '--docker', `host=${engine.host}`], { env })).stdout, 'cli-test\n');
  assert.equal((await slipway(['context', 'use', 'cli-test'], { env })).code, 0);
  assert.match((await slipway(['images', '--format', '{{.Repository}}'], { env })).stdout, /^busybox$/m);
  await slipway(['context', 'export', 'cli-test', join(folder, 'exported')], { env });
  await slipway(['context', 'rm', '-f', 'cli-test'], { env });
  assert.equal((await slipway(['context', 'import', 'cli-test', join(folder, 'exported')], { env })).stdout, 'cli-test\n');
  assert.match((await slipway(['--context', 'cli-test', 'images', '-q'], { env })).stdout, /^[0-9a-f]{12}$/m);
});

test('build takes secrets and named contexts, and hands the result on', { skip }, async () => {
  const context = mkdtempSync(join(folder, 'context-'));
  const other = mkdtempSync(join(folder, 'other-'));
  writeFileSync(
    join(context, 'Dockerfile'),
    'FROM busybox\nRUN --mount=type=secret,id=token,target=/token cat /token | wc -c > /length\nCOPY --from=extra file /file\n',
  );
  writeFileSync(join(other, 'file'), 'from another folder\n');
  writeFileSync(join(folder, 'token'), 'secret');
  const out = join(folder, 'out');
  const built = await slipway([
    'build',
    '-q',
    '-t',
    'cli-built',
    '--secret',
    `id=token,src=${join(folder, 'token')}`,
    '--build-context',
    `extra=${other}`,
    '-o',
    out,
    context,
  ]);
  assert.match(built.stdout, /^sha256:[0-9a-f]{64}\n$/, built.stderr);
  assert.equal((await slipway(['run', '--rm', 'cli-built', 'cat', '/length', '/file'])).stdout, '6\nfrom another folder\n');
  assert.equal(readFileSync(join(out, 'file'), 'utf8'), 'from another folder\n');
  const failed = await slipway(['build', '-'], { stdin: 'FROM busybox\nRUN exit 9\n' });
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /exit code: 9/);
});

test('what Slipway does not have is refused by name, with the way to go', { skip }, async () => {
  for (const words of [
    ['swarm', 'init'],
    ['service', 'ls'],
    ['plugin', 'ls'],
    ['buildx', 'bake'],
    ['manifest', 'inspect', 'x'],
    ['build', '--cache-to', 'x', '.'],
  ]) {
    const { code, stderr } = await slipway(words);
    assert.equal(code, 1, words.join(' '));
    assert.match(stderr, /is not supported/, words.join(' '));
  }
});

test('the engine starts at the first call, once for two callers', { skip: skip || (existsSync('/usr/bin/unshare') ? false : 'needs unshare') }, async () => {
  // Its own mounts and network: the default engine of the machine is not touched.
  const script = `
    mkdir -p /run/slipway /var/lib/slipway
    mount -t tmpfs none /run/slipway && mount -t tmpfs none /var/lib/slipway && ip link set lo up
    "$0" ps -q 2>"$1/first" & first=$!
    "$0" ps -q 2>"$1/second"; second=$?
    wait $first && [ $second = 0 ] || exit 9
    cat "$1/first" "$1/second"
    engine=$(cat /run/slipway/slipway.pid)
    kill "$engine"; tail --pid="$engine" -f /dev/null`;
  const child = start(['unshare', '--mount', '--net', 'sh', '-c', script, program, folder], { env: { SLIPWAY_HOST: '', DOCKER_HOST: '' } });
  const { code, stdout, stderr } = await finished(child);
  assert.equal(code, 0, stdout + stderr);
  assert.equal(stdout.match(/Starting the Slipway engine/g)?.length, 1, stdout);
});
