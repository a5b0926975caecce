import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';

import type { BuildEvent } from '../../api/index.ts';
import { openBuildProgress } from './build-progress.ts';
import type { ProgressMode } from './build-progress.ts';

interface Screen {
  readonly stderr: () => string;
  readonly stdout: () => string;
  readonly show: (...events: readonly BuildEvent[]) => void;
  readonly view: ReturnType<typeof openBuildProgress>;
}

function screen(mode: ProgressMode, options: { columns?: number; rows?: number; at?: () => number } = {}): Screen {
  const written = { stderr: '', stdout: '' };
  const stream = (name: 'stderr' | 'stdout'): NodeJS.WriteStream =>
    Object.assign(new PassThrough(), {
      columns: options.columns ?? 60,
      rows: options.rows ?? 20,
      isTTY: false,
      write: (text: string) => ((written[name] += text), true),
    }) as unknown as NodeJS.WriteStream;
  const view = openBuildProgress({ mode, stream: stream('stderr'), classic: stream('stdout'), env: { NO_COLOR: '1' }, now: options.at ?? (() => 5200) });
  return {
    stderr: () => written.stderr,
    stdout: () => written.stdout,
    view,
    show: (...events) => {
      for (const event of events) view.message({ event });
    },
  };
}

const vertex = (id: string, name: string, state: 'running' | 'cached' | 'done' | 'error', more: object = {}): BuildEvent => ({
  kind: 'vertex',
  id,
  name,
  state,
  started: 1000,
  ...(state === 'running' ? {} : { completed: 3000 }),
  ...more,
});
const log = (id: string, text: string): BuildEvent => ({ kind: 'log', vertex: id, stream: 'stdout', text, time: 1500 });

test('plain progress is what BuildKit prints: a number and a header for each step', () => {
  using shown = open('plain');
  shown.show(
    vertex('a', '[1/2] FROM busybox', 'running'),
    vertex('a', '[1/2] FROM busybox', 'cached'),
    vertex('b', '[2/2] RUN make', 'running'),
    { kind: 'miss', vertex: 'b', reasons: ['file changed: a.c'] },
    log('b', 'one\ntw'),
    log('b', 'o\nlast'),
    vertex('b', '[2/2] RUN make', 'done'),
  );
  assert.equal(
    shown.stderr(),
    [
      '#1 [1/2] FROM busybox',
      '#1 CACHED',
      '',
      '#2 [2/2] RUN make',
      '#2 runs anew: file changed: a.c',
      '#2 0.500 one',
      '#2 0.500 two',
      '#2 2.000 last',
      '#2 DONE 2.0s',
      '',
    ].join('\n'),
  );
});

test('plain progress names a step again when another one spoke in between', () => {
  using shown = open('plain');
  shown.show(vertex('a', 'A', 'running'), vertex('b', 'B', 'running'), log('a', 'x\n'), log('b', 'y\n'));
  assert.equal(shown.stderr(), '#1 A\n\n#2 B\n\n#1 A\n#1 0.500 x\n\n#2 B\n#2 0.500 y\n');
});

test('a failure ends with output, excerpt and error as Docker prints them', () => {
  using shown = open('plain');
  shown.show(vertex('b', '[2/2] RUN make', 'running'), log('b', 'no rule\n'), vertex('b', '[2/2] RUN make', 'error', { error: 'exit code: 2' }), {
    kind: 'error',
    message: 'process "/bin/sh -c make" did not complete successfully: exit code: 2',
    excerpt: 'Dockerfile:2\n----',
  });
  shown.view.fail('unused');
  assert.ok(
    shown
      .stderr()
      .endsWith(
        '------\n > [2/2] RUN make:\n0.500 no rule\n------\nDockerfile:2\n----\nERROR: failed to build: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2\n',
      ),
    shown.stderr(),
  );
});

test('warnings are listed at the end', () => {
  using shown = open('plain');
  shown.show({ kind: 'warning', warning: { rule: 'StageNameCasing', message: "Stage name 'B' should be lowercase", description: '', line: 3 } });
  shown.view.finish();
  assert.match(shown.stderr(), /1 warning found \(use --check to expand\):\n - StageNameCasing: Stage name 'B' should be lowercase \(line 3\)\n$/);
});

test('on a terminal the list is drawn anew in place, cut to its width', () => {
  let now = 1000;
  using shown = open('tty', { columns: 40, at: () => now });
  shown.show(vertex('a', '[1/2] FROM busybox', 'cached'));
  now = 2000;
  shown.show(vertex('b', '[2/2] RUN something that is much too long for this', 'running'), log('b', 'working \u001b[2J\u0007hard\n'));
  now = 6200;
  shown.show(vertex('b', '[2/2] RUN something that is much too long for this', 'done'));
  shown.view.finish();
  const frames = shown.stderr().split('\u001b[?25l').filter(Boolean);
  const last = plain(frames.at(-1) ?? '');
  assert.deepEqual(last, ['[+] Building 5.2s (2/2) FINISHED', ' => CACHED [1/2] FROM busybox       2.0s', ' => [2/2] RUN something that is ... 2.0s', '']);
  assert.ok(!shown.stderr().includes('\u001b[2J'), "a step's output does not move our cursor");
  assert.ok((frames.at(-1) ?? '').endsWith('\u001b[?25h'), 'the cursor comes back');
});

test('a list that is higher than the terminal shows its newest lines', () => {
  let now = 0;
  using shown = open('tty', { rows: 8, at: () => now });
  for (let at = 0; at < 30; at++) {
    now += 100;
    shown.show(vertex(`v${at}`, `step ${at}`, 'running'));
  }
  const frame = plain(shown.stderr().split('\u001b[?25l').at(-1) ?? '');
  assert.equal(frame.length - 1, 6);
  assert.match(frame.at(-2) ?? '', /step 29/);
});

test("another engine's classic text goes to stdout as it is", () => {
  using shown = open('auto');
  shown.view.message({ stream: 'Step 1/1 : FROM busybox\n' });
  shown.view.message({ aux: { ID: 'sha256:abc' } });
  shown.view.finish();
  assert.deepEqual([shown.stdout(), shown.stderr(), shown.view.imageId], ['Step 1/1 : FROM busybox\n', '', 'sha256:abc']);
});

test('quiet shows nothing, rawjson every event', () => {
  using quiet = open('quiet');
  quiet.show(vertex('a', 'A', 'running'));
  quiet.view.finish();
  assert.equal(quiet.stderr(), '');
  using raw = open('rawjson');
  raw.show(vertex('a', 'A', 'running'));
  assert.deepEqual(JSON.parse(raw.stderr()), vertex('a', 'A', 'running'));
});

function open(mode: ProgressMode, options: Parameters<typeof screen>[1] = {}): Screen & Disposable {
  const shown = screen(mode, options);
  return { ...shown, [Symbol.dispose]: () => shown.view[Symbol.dispose]() };
}

/** Lines of a frame without control sequences. */
function plain(frame: string): string[] {
  return stripVTControlCharacters(frame).replace(/^\r/, '').split('\n');
}
