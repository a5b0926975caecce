import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';

import { logText, RuntimeRig, skipReason } from '../../test/support/runtime-rig.ts';
import { readLogs } from './index.ts';

/** Text that is hard to write down in JSON, and text that is no text. */
const hard = ['plain', 'quote " backslash \\ slash /', '<html> & \t tab \r return', 'control \u0001\u001f\u007f', 'ümläut 漢字 🚢 \u2028\u2029', ''];

suite('the log that a shim writes', { skip: skipReason }, () => {
  let rig: RuntimeRig;
  before(async () => {
    rig = await RuntimeRig.open();
  });
  after(() => rig[Symbol.asyncDispose]());

  const cat = async (bytes: Buffer | string, log: Parameters<RuntimeRig['run']>[1] = {}): Promise<string> => {
    writeFileSync(join(rig.rootfs, 'tmp/text'), bytes);
    return rig.logPath((await rig.run(['cat', '/tmp/text'], log)).id);
  };

  test('every line is one JSON object, as Docker writes it', async () => {
    const path = await cat(hard.map((line) => `${line}\n`).join(''));
    const entries = readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { log: string; stream: string; time: string }); // prettier-ignore
    assert.deepEqual(entries.map((entry) => entry.log), hard.map((line) => `${line}\n`)); // prettier-ignore
    for (const entry of entries) {
      assert.equal(entry.stream, 'stdout');
      assert.match(entry.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    }
    assert.doesNotMatch(readFileSync(path, 'utf8'), /[<>&]/, 'escaped as Go does');
  });

  test('bytes that are no UTF-8 become the replacement character, one each', async () => {
    const path = await cat(Buffer.from([0x61, 0xff, 0xc0, 0xaf, 0xe2, 0x82, 0x62, 0xed, 0xa0, 0x80, 0x0a]));
    assert.equal(logText(path), 'a\ufffd\ufffd\ufffd\ufffd\ufffdb\ufffd\ufffd\ufffd\n');
  });

  test('a long line is written in parts of 16 kB that join to the line, characters whole', async () => {
    const line = '漢'.repeat(20_000);
    const path = await cat(`${line}\nnext\n`);
    const parts = readFileSync(path, 'utf8').trimEnd().split('\n').map((text) => (JSON.parse(text) as { log: string }).log); // prettier-ignore
    assert.equal(parts.join(''), `${line}\nnext\n`);
    assert.ok(parts.length >= 5 && parts.slice(0, -1).every((part) => Buffer.byteLength(part) <= 16_384));
  });

  test('an end without a newline is kept', async () => {
    assert.equal(logText(await cat('no newline')), 'no newline');
  });

  test('rotation keeps the newest lines, no file larger than its limit, none missing in between', async () => {
    const count = 40_000;
    const path = await cat(Array.from({ length: count }, (_, number) => `line ${number}\n`).join(''), { log: { maxSizeBytes: 200_000, maxFiles: 4 } });
    const files = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)));
    assert.deepEqual(files.toSorted(), ['', '.1', '.2', '.3'].map((end) => basename(path) + end)); // prettier-ignore
    for (const name of files) assert.ok(statSync(join(dirname(path), name)).size <= 200_000, name);
    const numbers = (await Array.fromAsync(readLogs({ path, stdout: true, stderr: true }))).map((entry) => Number(entry.text.slice(5)));
    assert.equal(numbers.at(-1), count - 1);
    assert.deepEqual(
      numbers,
      Array.from({ length: numbers.length }, (_, at) => count - numbers.length + at),
    );
    assert.ok(numbers.length > 5000);
  });

  test('one file alone is started afresh when it is full', async () => {
    const path = await cat('x'.repeat(99).concat('\n').repeat(5000), { log: { maxSizeBytes: 100_000, maxFiles: 1 } });
    assert.ok(statSync(path).size <= 100_000);
    assert.deepEqual(readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path))), [basename(path)]); // prettier-ignore
  });

  test('without limits of its own a log is kept to five files of 20 MB', async () => {
    const task = await rig.start(['sh', '-c', 'yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c 75000000']);
    assert.equal((await task.exited).exitCode, 0);
    const path = rig.logPath(task.id);
    const sizes = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path))).map((name) => statSync(join(dirname(path), name)).size); // prettier-ignore
    assert.equal(sizes.length, 5);
    assert.ok(sizes.every((size) => size <= 20_000_000));
  });

  test('attributes are in every line', async () => {
    const path = await cat('one\n', { log: { attributes: { tag: 'a "b"' } } });
    assert.deepEqual((JSON.parse(readFileSync(path, 'utf8')) as { attrs: unknown }).attrs, { tag: 'a "b"' });
  });

  test('the driver none keeps nothing', async () => {
    const { stdout, id } = await rig.run(['echo', 'hello'], { log: { driver: 'none' } });
    assert.equal(stdout, 'hello\n');
    assert.throws(() => statSync(rig.logPath(id)), /ENOENT/);
  });

  test('following a container that writes and rotates sees every line, in order, once', async () => {
    const count = 3000;
    const script = `i=0; while [ $i -lt ${count} ]; do echo $i; i=$((i+1)); done`;
    const task = await rig.start(['sh', '-c', script], { log: { maxSizeBytes: 50_000, maxFiles: 20 } });
    let next = 0;
    for await (const entry of readLogs({ path: rig.logPath(task.id), stdout: true, stderr: true, follow: true, ended: task.exited }))
      assert.equal(Number(entry.text), next++);
    assert.equal(next, count);
  });
});
