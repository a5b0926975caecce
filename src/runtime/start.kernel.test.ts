import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';

import { bytesOf, logText, RuntimeRig, skipReason } from '../../test/support/runtime-rig.ts';
import { isEngineError } from '../base/index.ts';
import { parseNanos, readLogs } from './index.ts';

suite('starting a container', { skip: skipReason }, () => {
  let rig: RuntimeRig;
  before(async () => {
    rig = await RuntimeRig.open();
  });
  after(() => rig[Symbol.asyncDispose]());

  test('start() reports exit code, both streams and the log', async () => {
    const result = await rig.run(['sh', '-c', 'echo out; echo err >&2; exit 7']);
    assert.equal(result.exitCode, 7);
    assert.equal(result.oomKilled, false);
    assert.equal(result.stdout, 'out\n');
    assert.equal(result.stderr, 'err\n');
    assert.equal(logText(rig.logPath(result.id)), 'out\nerr\n');
  });

  test('start() reports 128 + signal for a killed process', async () => {
    const task = await rig.start(['sleep', '1000']);
    task.kill('SIGKILL');
    assert.equal((await task.exited).exitCode, 137);
    assert.throws(
      () => task.kill('SIGTERM'),
      (error) => isEngineError(error, 'FAILED_PRECONDITION'),
    );
  });

  test('start() takes startedAt before the process can write', async () => {
    const task = await rig.start(['echo', 'first']);
    await task.exited;
    const since = parseNanos(task.startedAt);
    const lines = await Array.fromAsync(readLogs({ path: rig.logPath(task.id), stdout: true, stderr: true, since }));
    assert.deepEqual(
      lines.map((line) => line.text),
      ['first\n'],
    );
  });

  test('start() passes input on and closes it when the client ends it', async () => {
    const result = await rig.run(['cat'], { input: 'some\ninput' });
    assert.equal(result.stdout, 'some\ninput');
    assert.equal(result.exitCode, 0);
  });

  test('start() gives a terminal its size before the process looks', async () => {
    for (let round = 0; round < 5; round++) {
      const result = await rig.run(['sh', '-c', 'stty size; tty; test -t 0 -a -t 1 -a -t 2 && echo $TERM'], {
        terminal: true,
        terminalSize: { rows: 33, columns: 77 },
      });
      assert.equal(result.stdout, '33 77\r\n/dev/pts/0\r\nxterm\r\n');
    }
  });

  test('resize() reaches the terminal', async () => {
    const { task, stream } = await rig.attached(['sh', '-c', 'trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.1; done'], {
      terminal: true,
      terminalSize: { rows: 10, columns: 20 },
    });
    let seen = '';
    for await (const chunk of stream) {
      seen += String(chunk);
      if (seen === 'ready\r\n') task.resize({ rows: 44, columns: 55 });
    }
    assert.equal(seen, 'ready\r\n44 55\r\n');
  });

  const failures = [
    { args: ['nosuch'], exitCode: 127, cause: 'exec: "nosuch": executable file not found in $PATH' },
    { args: ['/nosuch'], exitCode: 127, cause: 'exec: "/nosuch": stat /nosuch: no such file or directory' },
    { args: ['/etc'], exitCode: 126, cause: 'exec: "/etc": is a directory: permission denied' },
    { args: ['/etc/not-executable'], exitCode: 126, cause: 'exec: "/etc/not-executable": permission denied' },
  ];
  const head =
    'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ';
  for (const { args, exitCode, cause } of failures) {
    for (const runtime of ['crun', 'runc']) {
      test(`start() of ${args[0]} with ${runtime} fails in Docker's words`, async (t) => {
        if (rig.runtime.runtimes[runtime] === undefined) return t.skip(`${runtime} is not installed`);
        const options = rig.startOptions(args, { runtime });
        const seen = bytesOf(rig.runtime.attachLater(options.id, { stdout: true, stderr: true }));
        await assert.rejects(rig.runtime.start(options), (error) => {
          assert.ok(isEngineError(error));
          // runc 1.1 does not say that it is a directory
          assert.equal(error.message.replace('"/etc": permission', '"/etc": is a directory: permission'), head + cause);
          assert.equal(error.details['exitCode'], exitCode);
          return true;
        });
        assert.equal((await seen).toString(), '', 'what the runtime has to say is not the container’s output');
        assert.equal(logText(options.log.path), '');
      });
    }
  }

  test('start() works again after a failed start of the same container', async () => {
    const options = rig.startOptions(['nosuch']);
    await assert.rejects(rig.runtime.start(options));
    const again = await rig.runtime.start(rig.startOptions(['true'], { id: options.id }));
    assert.equal((await again.exited).exitCode, 0);
  });

  test('start() of the same container right after its end waits for the old shim', async () => {
    const options = rig.startOptions(['true']);
    for (let round = 0; round < 10; round++) assert.equal((await (await rig.runtime.start(options)).exited).exitCode, 0);
  });

  test('start() while the last run is being forgotten waits for that', async () => {
    const options = rig.startOptions(['sh', '-c', 'sleep 0.05; exit 6']);
    for (let round = 0; round < 5; round++) {
      const task = await rig.runtime.start(options);
      assert.equal((await task.exited).exitCode, 6);
      void rig.runtime.forget(options.id);
    }
    await rig.runtime.forget(options.id);
  });

  test('start() with runc behaves the same', async (t) => {
    if (rig.runtime.runtimes['runc'] === undefined) return t.skip('runc is not installed');
    const result = await rig.run(['sh', '-c', 'grep ^Seccomp: /proc/self/status; exit 3'], { runtime: 'runc' });
    assert.equal(result.stdout, 'Seccomp:\t2\n');
    assert.equal(result.exitCode, 3);
  });

  test('HostConfig.Init reaps orphans and passes signals and exit codes on', async () => {
    const { task, stream } = await rig.attached(['sh', '-c', 'trap "exit 9" TERM; (sleep 0.05 &) ; echo $$; while :; do sleep 0.1; done'], {
      hostConfig: { Init: true },
    });
    for await (const chunk of stream) {
      if (!String(chunk).includes('2\n')) continue;
      task.kill('SIGTERM');
      break;
    }
    assert.equal((await task.exited).exitCode, 9);
  });
});
