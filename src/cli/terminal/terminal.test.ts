import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { encodeFrame, STDERR, STDOUT } from '../../api/index.ts';
import type { ByteStream } from '../../client/index.ts';
import { DetachFilter, parseDetachKeys } from './detach-keys.ts';
import { joinStreams } from './join-streams.ts';
import { barText, showProgress } from './progress.ts';

test('parseDetachKeys() knows letters and control keys', () => {
  assert.deepEqual([...parseDetachKeys('')], [16, 17]);
  assert.deepEqual([...parseDetachKeys('ctrl-a,d')], [1, 100]);
  assert.deepEqual([...parseDetachKeys(String.raw`ctrl-\,ctrl-@`)], [28, 0]);
  assert.throws(() => parseDetachKeys('foo'), { message: "invalid detach keys (foo): Unknown character: 'foo'" });
});

test('DetachFilter holds back what may begin the sequence, and gives it when it does not', () => {
  const filter = new DetachFilter(Buffer.from([16, 17]));
  const pushed = (...bytes: number[]): [number[], boolean] => {
    const { pass, detached } = filter.push(Buffer.from(bytes));
    return [[...pass], detached];
  };
  assert.deepEqual(pushed(97, 16), [[97], false]);
  assert.deepEqual(pushed(98), [[16, 98], false]);
  assert.deepEqual(pushed(16, 16), [[16], false]);
  assert.deepEqual(pushed(17, 99), [[], true]);
});

/** A connection whose far end is played by the test: it says `frames`, the last one when its input has ended. */
function connection(frames: readonly Buffer[], waits = false): { stream: ByteStream; sent: string[] } {
  const sent: string[] = [];
  const { promise: inputEnded, resolve: end } = Promise.withResolvers<void>();
  return {
    sent,
    stream: {
      async *[Symbol.asyncIterator]() {
        yield* frames.slice(0, -1);
        if (waits) await inputEnded;
        yield* frames.slice(-1);
      },
      write: (bytes) => Promise.resolve(void sent.push(Buffer.from(bytes).toString())),
      end,
      destroy: () => undefined,
    },
  };
}

test('joinStreams() parts the two outputs of a container without a terminal', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const { stream } = connection([encodeFrame(STDOUT, Buffer.from('out')), encodeFrame(STDERR, Buffer.from('err')), encodeFrame(STDOUT, Buffer.from('put'))]);
  assert.equal(await joinStreams(stream, { to: { stdout, stderr }, tty: false, keys: Buffer.from([16, 17]) }), 'closed');
  assert.deepEqual([stdout.read()?.toString(), stderr.read()?.toString()], ['output', 'err']);
});

test('joinStreams() sends the input on, its end too, and waits for the answer', async () => {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const { stream, sent } = connection([Buffer.from('prompt '), Buffer.from('answer')], true);
  stdin.end('typed');
  const joined = joinStreams(stream, { stdin: stdin as unknown as NodeJS.ReadStream, to: { stdout, stderr: stdout }, tty: true, keys: Buffer.from([16, 17]) });
  assert.equal(await joined, 'closed');
  assert.deepEqual([sent, stdout.read()?.toString()], [['typed'], 'prompt answer']);
});

test('joinStreams() ends at the detach sequence, though the other side says nothing', async () => {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const { stream, sent } = connection([Buffer.from('never')], true);
  stdin.write('a\x10\x11');
  const joined = joinStreams(stream, { stdin: stdin as unknown as NodeJS.ReadStream, to: { stdout, stderr: stdout }, tty: true, keys: Buffer.from([16, 17]) });
  assert.equal(await joined, 'detached');
  assert.deepEqual(sent, ['a']);
});

test('barText() is as wide as the terminal allows', () => {
  const message = { progressDetail: { current: 500_000, total: 1_000_000 } };
  assert.equal(barText(message, 60), '    500kB/1MB');
  assert.equal(barText(message, 100), ' [============>            ]    500kB/1MB');
  assert.equal(barText({}, 100), '');
});

test('showProgress() writes lines where there is no terminal, without bars', async () => {
  const out = new PassThrough() as PassThrough & { isTTY?: boolean };
  const ids: unknown[] = [];
  async function* messages(): AsyncGenerator<object> {
    yield* [
      { id: 'abc', status: 'Pulling fs layer' },
      { id: 'abc', status: 'Downloading', progressDetail: { current: 1, total: 2 } },
      { id: 'abc', status: 'Pull complete' },
      { aux: { ID: 'sha256:x' } },
      { stream: 'text\n' },
    ];
  }
  await showProgress(messages(), out as unknown as NodeJS.WriteStream, (aux) => ids.push(aux['ID']));
  assert.equal(out.read()?.toString(), 'abc: Pulling fs layer\nabc: Pull complete\ntext\n');
  assert.deepEqual(ids, ['sha256:x']);
});
