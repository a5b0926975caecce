import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';

import { bytesOf, RuntimeRig, skipReason, splitFrames } from '../../test/support/runtime-rig.ts';
import { isEngineError, randomId } from '../base/index.ts';
import { execSpec } from './index.ts';
import type { Task } from './index.ts';

for (const runtime of ['crun', 'runc']) {
  suite(`exec with ${runtime}`, { skip: skipReason }, () => {
    let rig: RuntimeRig;
    let task: Task;
    before(async (t) => {
      rig = await RuntimeRig.open();
      if (rig.runtime.runtimes[runtime] === undefined) return (t as { skip?: (why: string) => void }).skip?.(`${runtime} is not installed`);
      task = await rig.start(['sh', '-c', 'while :; do sleep 1; done'], { runtime });
    });
    after(() => rig[Symbol.asyncDispose]());

    test('exec() passes input, both outputs and the exit code', async () => {
      const exec = await rig.exec(task, ['sh', '-c', 'cat; echo err >&2; exit 5']);
      exec.stream?.end('input');
      assert.deepEqual(splitFrames(await bytesOf(exec.stream!)), { stdout: 'input', stderr: 'err\n' });
      assert.equal((await exec.exited).exitCode, 5);
    });

    test('exec() runs in the control groups of the container', async () => {
      const exec = await rig.exec(task, ['cat', '/proc/self/cgroup']);
      exec.stream?.end();
      const { stdout } = splitFrames(await bytesOf(exec.stream!));
      const controllers = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('0::'));
      for (const line of controllers) assert.ok(line.endsWith(`/${task.id}`), line);
    });

    test('exec() gives a terminal its size before the command looks, also when many start at once', async () => {
      const one = async (): Promise<string> => {
        const exec = await rig.exec(task, ['stty', 'size'], { terminal: true, terminalSize: { rows: 31, columns: 71 } });
        return (await bytesOf(exec.stream!)).toString();
      };
      assert.deepEqual(new Set(await Promise.all(Array.from({ length: 12 }, one))), new Set(['31 71\r\n']));
    });

    test('exec() with a terminal is the leader of its session', async () => {
      const exec = await rig.exec(task, ['sh', '-c', 'tty; echo > /dev/tty && echo own'], { terminal: true });
      assert.match((await bytesOf(exec.stream!)).toString(), /^\/dev\/pts\/\d+\r\n\r\nown\r\n$/);
    });

    test('exec() as another user with its groups and home', async () => {
      const exec = await rig.exec(task, ['sh', '-c', 'id -u; id -G; echo $HOME'], { user: 'app' });
      exec.stream?.end();
      assert.equal(splitFrames(await bytesOf(exec.stream!)).stdout, '1000\n1000 50\n/home/app\n');
    });

    test('exec() is killed and resized like a container', async () => {
      const exec = await rig.exec(task, ['sh', '-c', 'trap "stty size; exit 3" WINCH; echo ready; while :; do sleep 0.1; done'], { terminal: true });
      let seen = '';
      for await (const chunk of exec.stream!) {
        seen += String(chunk);
        if (seen.includes('ready')) exec.resize({ rows: 12, columns: 34 });
      }
      assert.match(seen, /12 34\r\n$/);
      assert.equal((await exec.exited).exitCode, 3);
      const sleeper = await rig.exec(task, ['sleep', '1000']);
      sleeper.kill('SIGKILL');
      assert.equal((await sleeper.exited).exitCode, 137);
    });

    test('exec() ends when its process ends, although a child keeps the output open', async () => {
      const exec = await rig.exec(task, ['sh', '-c', 'sleep 1000 & echo started']);
      exec.stream?.end();
      assert.equal((await exec.exited).exitCode, 0);
      assert.equal(splitFrames(await bytesOf(exec.stream!)).stdout, 'started\n');
    });

    const failures = [
      { args: ['nosuch'], exitCode: 127, cause: 'exec: "nosuch": executable file not found in $PATH' },
      { args: ['/nosuch'], exitCode: 127, cause: 'exec: "/nosuch": stat /nosuch: no such file or directory' },
      { args: ['/etc/not-executable'], exitCode: 126, cause: 'exec: "/etc/not-executable": permission denied' },
    ];
    for (const { args, exitCode, cause } of failures) {
      for (const terminal of [false, true]) {
        test(`exec() of ${args[0]}${terminal ? ' with a terminal' : ''} fails in Docker's words and leaves nothing behind`, async () => {
          await assert.rejects(rig.exec(task, args, { terminal }), (error) => {
            assert.ok(isEngineError(error));
            assert.equal(error.message, `OCI runtime exec failed: exec failed: unable to start container process: ${cause}`);
            assert.equal(error.details['exitCode'], exitCode);
            return true;
          });
          const left = readdirSync(join(rig.dir, 'exec/containers', task.id)).filter((name) => /exec|console-/.test(name));
          assert.deepEqual(left, []);
        });
      }
    }

    test('exec() in a directory that is not there fails in Docker’s words', async () => {
      await assert.rejects(rig.exec(task, ['true'], { workingDir: '/nope' }), (error) => {
        assert.ok(isEngineError(error));
        const cause = 'chdir to cwd ("/nope") set in config.json failed: no such file or directory';
        assert.equal(error.message, `OCI runtime exec failed: exec failed: unable to start container process: ${cause}`);
        assert.equal(error.details['exitCode'], 127);
        return true;
      });
    });

    test('a detached exec has no stream and runs to its end', async () => {
      const process = execSpec({
        rootfs: rig.rootfs,
        args: ['sh', '-c', 'echo nobody listens; exit 4'],
        env: [],
        workingDir: '/',
        user: '',
        hostname: 'h',
        terminal: false,
        privileged: false,
        hostConfig: {},
      });
      const exec = await task.exec({ id: randomId(), process, terminal: false, attach: {} });
      assert.equal(exec.stream, undefined);
      assert.equal((await exec.exited).exitCode, 4);
    });

    test('forty execs at once all answer', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, async (_, number) => {
          const exec = await rig.exec(task, ['echo', String(number)]);
          exec.stream?.end();
          return splitFrames(await bytesOf(exec.stream!)).stdout;
        }),
      );
      assert.deepEqual(
        answers,
        Array.from({ length: 40 }, (_, number) => `${number}\n`),
      );
    });
  });
}
